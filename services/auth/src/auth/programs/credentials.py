"""Secrets and keys of programs: make, register, end; and tell who stands behind what a program shows.

CredentialNotFound (404)
CredentialRefused (422)      two living ones already, a key that is private, weak or of an unknown kind
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key, import_key
from joserfc.jws import JWSRegistry
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts.service import basis
from auth.programs import rules
from auth.programs.model import Credential, Program, UsedAssertion
from chassis import clock
from chassis.audit import audit
from chassis.db import new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid, NotFound

ALL = [name for names in rules.ALGORITHMS.values() for name in names]


class CredentialNotFound(NotFound):
    """No such secret or key of this program, or it has ended."""

    code = "auth.credential-not-found"


class CredentialRefused(Invalid):
    """The secret or key cannot be added."""

    code = "auth.credential-refused"
    title = _l("Nothing was added")


class _Algorithms(JWSRegistry):
    """RS256, ES256, EdDSA; the last under its old name too, which libraries of today still write."""

    def get_alg(self, name: str) -> Any:
        if name not in ALL:
            raise UnsupportedAlgorithmError(f"{name} is not taken")
        return self.algorithms[name]


def list_(session: Session, program: Program) -> Sequence[Credential]:
    """List the secrets and keys of a program, living ones first, the newest first."""
    query = select(Credential).where(Credential.program_id == program.id)
    return session.scalars(
        query.order_by(Credential.ended_at.desc().nulls_first(), Credential.created_at.desc())
    ).all()


def make_secret(
    session: Session, *, program: Program, days: int, actor: UUID | str
) -> tuple[Credential, str]:
    """Make a secret; answer the row and the secret, which is kept nowhere.

    256 random bits need no salt and no slow hash: nobody guesses them.

    Raises:
        CredentialRefused: the program has two living ones.
    """
    secret = secrets.token_urlsafe(32)
    row = _add(session, program, "secret", days, name=f"…{secret[-4:]}", digest=digest(secret), jwk=None)
    _audit(session, program, "secret-made", actor, after=_state(row))
    return row, secret


def register_keys(
    session: Session, *, program: Program, document: str, days: int, actor: UUID | str
) -> list[Credential]:
    """Register the public key of a JWK, or those of a JWKS.

    Raises:
        CredentialRefused: it is neither, has private parts, is weak, or there is no room for it.
    """
    rows = []
    for key in _read_keys(document):
        if code := rules.key_fault(key):
            raise _refused(FAULTS[code]())
        try:
            public = import_key(dict(key))
            name = str(key.get("kid") or public.thumbprint())[:100]
        except (JoseError, ValueError, TypeError) as error:
            raise _refused(FAULTS["unknown-key"]()) from error
        kept = {part: key[part] for part in ("kty", "crv", "x", "y", "n", "e", "kid") if part in key}
        rows.append(_add(session, program, "key", days, name=name, digest=None, jwk=kept))
        _audit(session, program, "key-registered", actor, after=_state(rows[-1]))
    return rows


def _read_keys(document: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(document)
        keys = found.get("keys", [found])
    except (ValueError, AttributeError, RecursionError) as error:
        raise _refused(_("This is neither a JWK nor a JWKS")) from error
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise _refused(_("This is neither a JWK nor a JWKS"))
    return keys


def end(session: Session, *, program: Program, id: UUID, actor: UUID | str) -> None:
    """End a secret or key at once; the tokens it gave live their five minutes.

    Raises:
        CredentialNotFound: it is not this program's, or has ended.
    """
    row = session.scalar(
        select(Credential).where(
            Credential.id == id, Credential.program_id == program.id, Credential.ended_at.is_(None)
        )
    )
    if row is None:
        raise CredentialNotFound
    row.ended_at = clock.now()
    _audit(session, program, "credential-ended", actor, before=_state(row))


def by_secret(session: Session, *, program: Program, secret: str) -> Credential | None:
    """Find the living secret of a program."""
    if len(secret) > 200:
        return None
    found: Credential | None = session.scalar(
        _living(program, "secret").where(Credential.digest == digest(secret))
    )
    return found


def by_assertion(
    session: Session, *, program: Program, assertion: str, audience: str
) -> tuple[Credential | None, str]:
    """Find the living key an assertion was signed with; answer None and why for one that is not good (RFC 7523).

    A good assertion is used up: its `jti` is kept until it would be too old.
    """
    for row in session.scalars(_living(program, "key")):
        claims = _claims(assertion, row)
        if claims is None:
            continue
        fault = rules.assertion_fault(claims, client_id=program.client_id, audience=audience, now=clock.now())
        if fault:
            return None, fault
        return (row, "") if _first_use(session, program, claims) else (None, "jti was used before")
    return None, "no living key of this program made the signature"


def _claims(assertion: str, row: Credential) -> dict[str, Any] | None:
    key: Key = import_key(dict(row.jwk or {}))
    try:
        token = jwt.decode(assertion, key, registry=_Algorithms(algorithms=ALL))
    except (JoseError, ValueError, UnicodeError):
        return None
    kid = token.header.get("kid")
    fits = token.header["alg"] in rules.ALGORITHMS[str((row.jwk or {}).get("kty"))]
    return dict(token.claims) if fits and kid in (None, row.name) else None


def _first_use(session: Session, program: Program, claims: dict[str, Any]) -> bool:
    until = datetime.fromtimestamp(claims["exp"], clock.now().tzinfo) + 2 * rules.SKEW
    row = insert(UsedAssertion).values(program_id=program.id, digest=digest(claims["jti"]), forget_at=until)
    kept = row.on_conflict_do_nothing().returning(UsedAssertion.digest)
    return session.scalar(kept) is not None


def forget_assertions(session: Session) -> None:
    """Drop what is kept of assertions that are too old to be tried again."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.forget_at < clock.now()))


def note_use(row: Credential, *, address: str, audience: str, scopes: list[str]) -> None:
    """Note when, where from and for what a secret or key was used last."""
    row.last_used_at, row.last_address = clock.now(), address
    row.last_audience, row.last_scopes = audience, scopes


def digest(secret: str) -> bytes:
    """Digest a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def _living(program: Program, kind: str) -> Any:
    return select(Credential).where(
        Credential.program_id == program.id,
        Credential.kind == kind,
        Credential.ended_at.is_(None),
        Credential.expires_at > clock.now(),
    )


def _add(session: Session, program: Program, kind: str, days: int, **values: Any) -> Credential:
    now = clock.now()
    living = (Credential.program_id == program.id, Credential.kind == kind, Credential.ended_at.is_(None))
    rows = session.scalars(select(Credential).where(*living).with_for_update(key_share=True)).all()
    for row in rows:
        if row.expires_at <= now:
            row.ended_at = row.expires_at
    slot = rules.free_slot(row.slot for row in rows if row.ended_at is None)
    if slot is None:
        raise _refused(_("There are two living ones already: end the old one first"))
    session.flush()
    expires = now + timedelta(days=days)
    row = Credential(
        id=new_id(), program_id=program.id, kind=kind, slot=slot, created_at=now, expires_at=expires, **values
    )
    session.add(row)
    session.flush()
    return row


def _refused(text: str) -> CredentialRefused:
    return CredentialRefused(errors=[FieldError("/document", text)])


def _state(row: Credential) -> dict[str, Any]:
    return {"kind": row.kind, "name": row.name, "expires_at": row.expires_at.isoformat(timespec="seconds")}


def _audit(session: Session, program: Program, act: str, actor: UUID | str, **states: Any) -> None:
    audit(
        session,
        act=f"auth.program.{act}",
        subject=f"program:{program.client_id}",
        actor=actor,
        basis=basis(program.order_number, program.order_date),
        **states,
    )


FAULTS = {
    "private-key": lambda: _("This is a private key: send the public half alone, and make a new pair"),
    "weak-key": lambda: _("An RSA key needs 2048 to 8192 bits"),
    "unknown-key": lambda: _("Only RSA, EC P-256 and Ed25519 keys are taken"),
}
"""Words of the fault codes of keys."""
