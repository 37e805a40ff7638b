"""Tokens that must not pass, one builder each; tried against every service directly and against the gateway."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

from chassis import clock

DAY = 24 * 3600
VOIDED = 1_000_000
"""Until this moment (epoch seconds) the tokens of everybody are void where bad tokens are tried."""


@dataclass(frozen=True)
class Forge:
    """What the builders work with: the true issuer and key, a person, and what the test has revoked."""

    issuer: str
    key: RSAKey
    person_id: UUID
    revoked_sid: str
    revoked_person: UUID

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Give the claims of a good token with changes; None takes a claim out."""
        at = int(clock.now().timestamp())
        good = {
            "iss": self.issuer,
            "aud": "shanyraq",
            "sub": str(self.person_id),
            "sid": uuid4().hex,
            "iat": at,
            "nbf": at,
            "exp": at + 300,
            "jti": uuid4().hex,
            "auth_time": at,
            "amr": ["pwd"],
            "roles": [],
            "gv": 1,
            "name": "Т. Тест",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def header(self, **changes: Any) -> dict[str, Any]:
        """Give the header of a good token with changes."""
        return {"alg": "RS256", "typ": "at+jwt", "kid": self.key.kid, **changes}

    def sign(
        self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: RSAKey | None = None
    ) -> str:
        """Sign claims with the true key, or with another one."""
        return jwt.encode(header or self.header(), claims, key or self.key)

    def good(self) -> str:
        """Make a token that must pass, so that a test knows that refusals have the right reason."""
        return self.sign(self.claims())


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _forged(forge: Forge) -> str:
    stranger = RSAKey.generate_key(2048, {"kid": str(forge.key.kid)})
    return forge.sign(forge.claims(), key=stranger)


def _alg_none(forge: Forge) -> str:
    return f"{_part(forge.header(alg='none'))}.{_part(forge.claims())}."


def _public_key_as_secret(forge: Forge) -> str:
    signed = f"{_part(forge.header(alg='HS256'))}.{_part(forge.claims())}"
    secret = forge.key.as_pem(private=False)
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _id_token(forge: Forge) -> str:
    return forge.sign(forge.claims(nonce="n-1"), forge.header(typ="JWT"))


def _at(offset: int, forge: Forge) -> str:
    at = int(clock.now().timestamp()) + offset
    return forge.sign(forge.claims(iat=at, nbf=at, exp=at + 300))


def _truncated(forge: Forge) -> str:
    return forge.good()[:-20]


def _machine_of_another(forge: Forge) -> str:
    claims = forge.claims(
        aud="somebody-else", sub="program:library", sid=None, auth_time=None, scope="feed:auth/people"
    )
    return forge.sign(claims)


Build = Callable[[Forge], tuple[str, ...]]


def _one(build: Callable[[Forge], str]) -> Build:
    return lambda forge: (build(forge),)


BAD_TOKENS: dict[str, Build] = {
    "forged": _one(_forged),
    "alg none": _one(_alg_none),
    "HS256 with the public key": _one(_public_key_as_secret),
    "ID token": _one(_id_token),
    "wrong issuer": _one(lambda f: f.sign(f.claims(iss="http://localhost:1/auth"))),
    "wrong audience": _one(lambda f: f.sign(f.claims(aud="another-house"))),
    "wrong type": _one(lambda f: f.sign(f.claims(), f.header(typ="rt+jwt"))),
    "nbf in the future": _one(lambda f: f.sign(f.claims(nbf=int(clock.now().timestamp()) + DAY))),
    "expired": _one(lambda f: _at(-DAY, f)),
    "revoked session": _one(lambda f: f.sign(f.claims(sid=f.revoked_sid))),
    "revoked person": _one(lambda f: f.sign(f.claims(sub=str(f.revoked_person)))),
    "issued before everybody's tokens were voided": _one(lambda f: f.sign(f.claims(iat=VOIDED))),
    "no session": _one(lambda f: f.sign(f.claims(sid=None))),
    "unknown key": _one(lambda f: f.sign(f.claims(), f.header(kid="unknown"))),
    "truncated": _one(_truncated),
    "doubled": lambda f: (f.good(), _forged(f)),
    "oversize": _one(lambda f: f.sign(f.claims(roles=["x" * 100] * 40))),
    "machine token of another service": _one(_machine_of_another),
}
"""Name to builder. A builder gives the tokens of one request: one, or two for a doubled cookie or header."""
