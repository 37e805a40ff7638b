"""Signing keys of officers: made, found, revoked; never removed, since old signatures are checked by them for good."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow, new_id
from chassis.i18n import gettext as _
from chassis.problems import Conflict, NotFound
from ejournal.statements.model import OFFICER_KEY
from ejournal.statements.signers import OwnKey
from ejournal.teaching.model import PERSON

SHOWN = 16


def fingerprint(public: bytes) -> str:
    """Give the beginning of a public key in groups of four, as people compare it."""
    text = public.hex()[:SHOWN]
    return " ".join(text[at : at + 4] for at in range(0, SHOWN, 4))


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List the keys of an officer, the latest first."""
    query = select(OFFICER_KEY).where(OFFICER_KEY.c.person_id == person_id)
    return session.execute(query.order_by(OFFICER_KEY.c.created_at.desc())).all()


def make(session: Session, *, person_id: UUID, secret_key: str) -> AnyRow:
    """Make the signing key of an officer.

    Raises:
        Conflict: there is one in use; it is revoked first.
    """
    held = select(OFFICER_KEY.c.id).where(
        OFFICER_KEY.c.person_id == person_id, OFFICER_KEY.c.revoked_at.is_(None)
    )
    if session.scalar(held):
        raise Conflict(_("You already have a signing key in use; revoke it before you make another one."))
    key = OwnKey.make()
    row = session.execute(
        insert(OFFICER_KEY)
        .values(
            id=new_id(),
            person_id=person_id,
            public=key.public,
            private=key.lock(person_id=person_id, secret_key=secret_key),
            created_at=clock.now(),
        )
        .returning(OFFICER_KEY)
    ).one()
    audit(
        session,
        act="ejournal.key.made",
        subject=f"key:{row.id}",
        actor=person_id,
        after={"public": key.public.hex()},
    )
    return row


def find_for_signing(
    session: Session, *, person_id: UUID, key_id: UUID | None = None, lock: bool = True
) -> AnyRow | None:
    """Find the key an officer signs with: the named one, else the one in use, else the last revoked.

    For a signature the row is locked, so that a revocation and it follow each other; a page that only looks takes no lock.
    """
    query = select(OFFICER_KEY).where(OFFICER_KEY.c.person_id == person_id)
    if key_id is not None:
        query = query.where(OFFICER_KEY.c.id == key_id)
    newest = query.order_by(OFFICER_KEY.c.revoked_at.desc().nulls_first()).limit(1)
    return session.execute(newest.with_for_update(key_share=True) if lock else newest).one_or_none()


def standing(key: AnyRow | None) -> str:
    """Say how a key stands for signing: ready, missing or revoked."""
    if key is None:
        return "missing"
    return "revoked" if key.revoked_at else "ready"


def revoke(session: Session, *, key_id: UUID, actor: UUID, reason: str, owner: UUID | None = None) -> AnyRow:
    """Revoke a key: lost, compromised, or its officer has left; from now on nothing is signed with it.

    Args:
        session: the unit of work.
        key_id: the key.
        actor: who revokes.
        reason: in words, kept on record.
        owner: whose key it must be; None: anybody's.

    Raises:
        NotFound: there is no such key, or it is somebody else's.
        Conflict: it was revoked before.
    """
    row = session.execute(
        select(OFFICER_KEY).where(OFFICER_KEY.c.id == key_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None or (owner is not None and row.person_id != owner):
        raise NotFound
    if row.revoked_at:
        raise Conflict(_("This key was revoked before."))
    changes = {"revoked_at": clock.now(), "revoked_by": actor, "reason": reason}
    session.execute(update(OFFICER_KEY).where(OFFICER_KEY.c.id == key_id).values(**changes))
    audit(session, act="ejournal.key.revoked", subject=f"key:{key_id}", actor=actor, basis=reason)
    return row


def list_all(session: Session) -> Sequence[AnyRow]:
    """List the keys of all officers with their names, those in use first."""
    query = (
        select(
            OFFICER_KEY,
            PERSON.c.family_name,
            PERSON.c.given_name,
            PERSON.c.patronymic,
        )
        .outerjoin(PERSON, PERSON.c.person_id == OFFICER_KEY.c.person_id)
        .order_by(OFFICER_KEY.c.revoked_at.desc().nulls_first(), PERSON.c.sort_key, OFFICER_KEY.c.created_at)
    )
    return session.execute(query).all()
