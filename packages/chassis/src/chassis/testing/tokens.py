"""Signed tokens for tests, made the way auth makes them, with a key of this run."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from chassis import clock

LIFETIME = timedelta(minutes=5)


@cache
def key() -> RSAKey:
    """Make the signing key of this run."""
    return RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})


def write_jwks(path: Path) -> str:
    """Write the public half to a file and answer its file:// address."""
    path.write_text(json.dumps(KeySet([key()]).as_dict(private=False)), encoding="utf-8")
    return path.absolute().as_uri()


def sign(claims: dict[str, Any], *, header: dict[str, Any] | None = None) -> str:
    """Sign claims as an access token."""
    return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": "test", **(header or {})}, claims, key())


def _frame(issuer: str, audience: str, subject: str) -> dict[str, Any]:
    at = clock.now()
    frame = {"iss": issuer, "aud": audience, "sub": subject, "jti": uuid4().hex}
    times = {"iat": at, "nbf": at, "exp": at + LIFETIME}
    return frame | {name: int(moment.timestamp()) for name, moment in times.items()}


def person_token(
    issuer: str,
    person_id: UUID,
    *,
    roles: tuple[str, ...] = (),
    auth_time: datetime | None = None,
    **claims: Any,
) -> str:
    """Sign a token of a person who signed in just now, or at `auth_time`."""
    own = {
        "sid": uuid4().hex,
        "auth_time": int((auth_time or clock.now()).timestamp()),
        "amr": ["pwd"],
        "roles": list(roles),
        "gv": 1,
        "name": "Т. Тест",
    }
    return sign(_frame(issuer, "shanyraq", str(person_id)) | own | claims)


def program_token(issuer: str, audience: str, scopes: tuple[str, ...], *, client_id: str = "test") -> str:
    """Sign a token of a program for one target service."""
    return sign(_frame(issuer, audience, f"program:{client_id}") | {"scope": " ".join(scopes)})
