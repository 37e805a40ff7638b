"""The quality unit's signing keys: made in a ceremony, ended by the next one or revoked, every step on record.

The private half never leaves the service and never lies readable in the database: it is sealed under the service's `SECRET_KEY`
(ADR "the key of the roots is held by the service"). Nothing is ever changed: the end of a key is a row of its own.
"""

from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from chassis import clock, vault
from chassis.audit import audit
from chassis.db import AnyRow
from chassis.outbox import record
from chassis.problems import NotFound
from chassis.sealing_key import public_bytes
from chassis.verify import key_id
from ejournal.integrity.model import ROOT_KEY, ROOT_KEY_END
from ejournal.integrity.problems import KeyAlreadyEnded, NoSigningKey

FEED = "ejournal/roots"
PURPOSE = "shanyraq journal roots 1"
KEYS = (
    select(ROOT_KEY, ROOT_KEY_END.c.ended_at, ROOT_KEY_END.c.reason, ROOT_KEY_END.c.basis.label("end_basis"))
    .outerjoin(ROOT_KEY_END, ROOT_KEY_END.c.key_id == ROOT_KEY.c.key_id)
    .order_by(ROOT_KEY.c.made_at.desc())
)


def list_keys(session: Session) -> Sequence[AnyRow]:
    """List all keys there ever were, the latest first, with when and why they ended."""
    return session.execute(KEYS).all()


def find_in_force(session: Session) -> AnyRow | None:
    """Find the key roots are signed with now."""
    return session.execute(KEYS.where(ROOT_KEY_END.c.key_id.is_(None)).limit(1)).one_or_none()


def make_key(session: Session, *, actor: UUID, witnesses: str, basis: str, secret_key: str) -> str:
    """Make a key in a ceremony; the one in force until now is ended as rotated.

    Args:
        session: the unit of work.
        actor: the officer of the quality unit who holds the ceremony.
        witnesses: who was present, as written into the protocol.
        basis: number and date of the order.
        secret_key: under which the private half is kept.

    Returns:
        The key's id.
    """
    if (present := find_in_force(session)) is not None:
        end_key(session, id=present.key_id, actor=actor, reason="rotated", basis=basis)
    key = Ed25519PrivateKey.generate()
    public = public_bytes(key)
    name = key_id(public)
    sealed = vault.seal(key.private_bytes_raw(), purpose=PURPOSE, owner=name.encode(), secret_key=secret_key)
    values = {"key_id": name, "public_key": public, "sealed": sealed, "made_at": clock.now()}
    session.execute(insert(ROOT_KEY).values(**values, made_by=actor, witnesses=witnesses, basis=basis))
    after = {"public_key": public.hex(), "witnesses": witnesses}
    audit(session, act="ejournal.key.made", subject=f"root-key:{name}", actor=actor, after=after, basis=basis)
    _record(session, name)
    return name


def end_key(session: Session, *, id: str, actor: UUID, reason: str, basis: str) -> None:
    """End a key: `rotated` when the next one takes over, `revoked` when it may be in wrong hands.

    Raises:
        NotFound: there is no such key.
        KeyAlreadyEnded: it was ended before.
    """
    known = session.execute(KEYS.where(ROOT_KEY.c.key_id == id)).one_or_none()
    if known is None:
        raise NotFound
    if known.ended_at is not None:
        raise KeyAlreadyEnded
    values = {"key_id": id, "ended_at": clock.now(), "ended_by": actor, "reason": reason, "basis": basis}
    session.execute(insert(ROOT_KEY_END).values(values))
    audit(
        session,
        act=f"ejournal.key.{reason}",
        subject=f"root-key:{id}",
        actor=actor,
        before={"public_key": known.public_key.hex()},
        basis=basis,
    )
    _record(session, id)


def open_key(row: AnyRow, secret_key: str) -> Ed25519PrivateKey:
    """Open the private half of a key.

    Raises:
        NoSigningKey: the service's `SECRET_KEY` is another one than at the ceremony.
    """
    try:
        raw = vault.unseal(row.sealed, purpose=PURPOSE, owner=row.key_id.encode(), secret_key=secret_key)
    except vault.Unreadable as error:
        raise NoSigningKey from error
    return Ed25519PrivateKey.from_private_bytes(raw)


def _record(session: Session, id: str) -> None:
    row = session.execute(KEYS.where(ROOT_KEY.c.key_id == id)).one()
    data = {
        "key_id": id,
        "public_key": row.public_key.hex(),
        "made_at": row.made_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "reason": row.reason,
    }
    version = 2 if row.ended_at else 1
    record(
        session,
        "ejournal.key.recorded.v1",
        feed=FEED,
        subject=f"root-key:{id}",
        data=data,
        subject_version=version,
    )
