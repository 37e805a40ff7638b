"""Tokens for programs: for the secret of one of our own services, or for a secret or signed assertion of a program that was entered.

TokenRefused      the `error` of RFC 6749 (5.2), with a description for the program's operator; the status beside it
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.accounts import throttle
from auth.programs import credentials, offers, rules, service
from auth.programs.model import Program
from auth.sessions import tokens
from auth.sessions.rules import TOKEN_LIFE, program_claims
from auth.settings import AuthSettings
from chassis import clock
from chassis.db import new_id
from chassis.permissions import REVOCATION

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRefused(Exception):
    """There is no token; `error` is one of RFC 6749's codes."""

    def __init__(
        self, error: str, description: str, *, status: int = 400, wait: timedelta | None = None
    ) -> None:
        super().__init__(description)
        self.error, self.description, self.status, self.wait = error, description, status, wait

    @property
    def counts(self) -> bool:
        """Whether it was a wrong secret or assertion, which slows the next try down."""
        return self.error == "invalid_client" and self.wait is None


@dataclass(frozen=True, slots=True)
class Asked:
    """A token request, as far as it could be read."""

    client_id: str
    secret: str
    assertion: str
    audience: str
    scopes: tuple[str, ...]
    address: str


def wrong_client(description: str) -> TokenRefused:
    """Refuse who did not prove to be the program it says it is."""
    return TokenRefused("invalid_client", description, status=401)


def wait(session: Session, asked: Asked) -> timedelta:
    """Answer how long the next try of this program from this address has to wait."""
    return throttle.wait(session, now=clock.now(), **_counted(asked))


def count_failure(session: Session, asked: Asked) -> None:
    """Count a wrong secret or assertion."""
    throttle.count(session, now=clock.now(), **_counted(asked))


def _counted(asked: Asked) -> dict[str, str]:
    """Name the counters: a program is slowed down at one address only, so that nobody shuts it out from another."""
    place = f"program@{asked.address}"
    return {"login": f"{asked.client_id}@{asked.address}", "address": place}


def issue(session: Session, asked: Asked, settings: AuthSettings) -> dict[str, Any]:
    """Answer a token response (RFC 6749, 4.4); with no scope named, all the program may have at the audience.

    Raises:
        TokenRefused: with the error of RFC 6749.
    """
    if waiting := wait(session, asked):
        raise TokenRefused("invalid_client", "too many wrong tries, wait first", status=429, wait=waiting)
    if asked.client_id in settings.clients:
        return _own(session, asked, settings)
    program, used = _proven(session, asked, settings)
    allowed = {
        scope
        for scope in set(service.scopes_of(session, program)) & set(offers.list_(session))
        if rules.audience_of(scope) == asked.audience
    }
    granted = sorted(asked.scopes or allowed)
    if not granted or not set(granted) <= allowed:
        raise TokenRefused("invalid_scope", f"not granted at {asked.audience}: see the program's page")
    throttle.forgive(session, **_counted(asked))
    credentials.note_use(used, address=asked.address, audience=asked.audience, scopes=granted)
    return _signed(session, asked, granted, settings)


def _own(session: Session, asked: Asked, settings: AuthSettings) -> dict[str, Any]:
    """Give one of our own services its token: what each may is in `clients.yaml`."""
    if not tokens.is_own_secret(asked.client_id, asked.secret, settings):
        raise wrong_client("unknown program or wrong secret")
    allowed = tokens.allowed_scopes(asked.client_id, asked.audience)
    granted = sorted(asked.scopes or allowed)
    if not granted or not set(granted) <= allowed:
        raise TokenRefused("invalid_scope", f"not granted at {asked.audience}: see clients.yaml")
    return _signed(session, asked, granted, settings)


def _proven(session: Session, asked: Asked, settings: AuthSettings) -> tuple[Program, Any]:
    """Find the program behind a request; that it is blocked or over is said only to who knows its secret."""
    program = service.find(session, asked.client_id) if "\0" not in asked.client_id else None
    if program is None or program.deleted_at:
        raise wrong_client("unknown program or wrong secret")
    if asked.assertion:
        audience = f"{settings.issuer}/token"
        used, fault = credentials.by_assertion(
            session, program=program, assertion=asked.assertion, audience=audience
        )
    else:
        used = credentials.by_secret(session, program=program, secret=asked.secret)
        fault = "unknown program or wrong secret"
    if used is None:
        raise wrong_client(fault)
    if program.blocked_at:
        raise TokenRefused(
            "unauthorized_client", "the program is blocked: turn to the unit that runs the portal"
        )
    if program.expires_on < clock.today():
        raise TokenRefused(
            "unauthorized_client", "the program's term is over: turn to the unit that runs the portal"
        )
    return program, used


def _signed(session: Session, asked: Asked, scopes: list[str], settings: AuthSettings) -> dict[str, Any]:
    key = f"sub:program:{asked.client_id}"
    claims = program_claims(
        issuer=settings.issuer,
        client_id=asked.client_id,
        audience=asked.audience,
        scopes=scopes,
        now=clock.now(),
        not_before=session.scalar(select(REVOCATION.c.at).where(REVOCATION.c.key == key)) or 0,
        token_id=new_id().hex,
    )
    return {
        "access_token": tokens.key_ring(settings).sign(claims),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "scope": claims["scope"],
    }
