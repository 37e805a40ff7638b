"""Make tokens: for a person's sign-in, and for a program that shows its secret."""

import hashlib
import hmac
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import service as access
from auth.people.rules import short_name
from auth.people.service import get_or_raise
from auth.sessions import rules
from auth.sessions.keys import KeyRing, ring
from auth.sessions.model import SignIn
from auth.settings import AuthSettings
from chassis import clock
from chassis.db import new_id
from chassis.i18n import lazy_gettext as _l
from chassis.permissions import REVOCATION
from chassis.problems import Forbidden, Unauthenticated


class WrongClient(Unauthenticated):
    """The program is unknown or its secret is wrong."""

    code = "auth.wrong-client"
    title = _l("This program is not known here")


class ScopeRefused(Forbidden):
    """The program asked for more than it may."""

    code = "auth.scope-refused"


def key_ring(settings: AuthSettings) -> KeyRing:
    """Give the keys of this installation, made at the first start."""
    return ring(settings.keys_folder, settings.jwks_file)


def for_person(session: Session, *, row: SignIn, settings: AuthSettings) -> str:
    """Make an access token for a sign-in, with the roles the person has now."""
    person = get_or_raise(session, row.person_id)
    key = f"sub:{person.id}"
    claims = rules.person_claims(
        issuer=settings.issuer,
        person_id=str(person.id),
        sid=str(row.id),
        auth_time=row.auth_time,
        roles=access.roles_today(session, person_id=person.id),
        version=access.version(session, person_id=person.id),
        name=short_name(person.family_name, person.given_name, person.patronymic),
        now=clock.now(),
        not_before=session.scalar(select(REVOCATION.c.at).where(REVOCATION.c.key == key)) or 0,
        token_id=new_id().hex,
    )
    return key_ring(settings).sign(claims)


def for_program(
    *, client_id: str, secret: str, audience: str, scopes: list[str], settings: AuthSettings
) -> dict[str, Any]:
    """Answer a token response (RFC 6749, 4.4) for a program, with the scopes it asks for; with none named, all it may.

    Raises:
        WrongClient: unknown, or a wrong secret; both take the same time.
        ScopeRefused: a scope or an audience it may not have.
    """
    stored = settings.clients.get(client_id, "")
    given = hashlib.sha256(secret.encode()).hexdigest()
    if not hmac.compare_digest(stored.encode(), given.encode()):
        raise WrongClient
    allowed = allowed_scopes(client_id, audience)
    granted = scopes or sorted(allowed)
    if not granted or not set(granted) <= allowed:
        raise ScopeRefused
    claims = rules.program_claims(
        issuer=settings.issuer,
        client_id=client_id,
        audience=audience,
        scopes=granted,
        now=clock.now(),
        token_id=new_id().hex,
    )
    return {
        "access_token": key_ring(settings).sign(claims),
        "token_type": "Bearer",
        "expires_in": int(rules.TOKEN_LIFE.total_seconds()),
        "scope": claims["scope"],
    }


def allowed_scopes(client_id: str, audience: str) -> frozenset[str]:
    """Give what a program may do at a service; nothing, where `clients.yaml` does not name them."""
    return frozenset(_clients().get(client_id, {}).get(audience, ()))


@cache
def _clients() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(
        files("auth").joinpath("clients.yaml").read_text("utf-8")
    )
    return found
