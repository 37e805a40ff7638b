"""Make tokens for a person's sign-in; and what our own services, known by settings, may have."""

import hashlib
import hmac
from datetime import timedelta
from functools import cache
from importlib.resources import files

import yaml
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from auth.access import service as access
from auth.people.model import Person
from auth.people.rules import short_name
from auth.sessions import rules
from auth.sessions.keys import KeyRing, ring
from auth.sessions.model import SignIn
from auth.settings import AuthSettings
from chassis import clock
from chassis.db import new_id
from chassis.permissions import EVERYBODY, REVOCATION

VOIDED = select(func.max(REVOCATION.c.at)).where(REVOCATION.c.key.in_(bindparam("keys", expanding=True)))


def key_ring(settings: AuthSettings) -> KeyRing:
    """Give the keys of this installation, made at the first start."""
    return ring(settings.keys_folder, settings.jwks_file)


def for_person(session: Session, *, row: SignIn, settings: AuthSettings) -> str:
    """Make an access token for a sign-in, with the roles the person has now."""
    person = session.get_one(Person, row.person_id)
    roles, version = access.roles_and_version(session, person_id=person.id)
    claims = rules.person_claims(
        issuer=settings.issuer,
        person_id=str(person.id),
        sid=str(row.id),
        auth_time=row.auth_time,
        roles=roles,
        version=version,
        name=short_name(person.family_name, person.given_name, person.patronymic),
        now=clock.now(),
        not_before=_voided(session, f"sub:{person.id}", EVERYBODY),
        token_id=new_id().hex,
        amr=row.amr,
        life=timedelta(seconds=settings.token_seconds),
    )
    return key_ring(settings).sign(claims)


def is_own_secret(client_id: str, secret: str, settings: AuthSettings) -> bool:
    """Tell whether a secret is that of one of our own services; the comparison takes the same time either way."""
    stored = settings.clients.get(client_id, "")
    given = hashlib.sha256(secret.encode()).hexdigest()
    return hmac.compare_digest(stored.encode(), given.encode())


def own_clients(settings: AuthSettings) -> frozenset[str]:
    """Name our own services, which get their tokens by settings: `CLIENTS` and `clients.yaml`."""
    return frozenset(settings.clients) | frozenset(_clients())


def allowed_scopes(client_id: str, audience: str) -> frozenset[str]:
    """Give what a program may do at a service; nothing, where `clients.yaml` does not name them."""
    return frozenset(_clients().get(client_id, {}).get(audience, ()))


@cache
def _clients() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(
        files("auth").joinpath("clients.yaml").read_text("utf-8")
    )
    return found


def _voided(session: Session, *keys: str) -> int:
    return session.scalar(VOIDED, {"keys": keys}) or 0
