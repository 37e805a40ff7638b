"""What a program may be called, what it may be granted, which keys it may bring and which assertions are good.

RFC 6749 (client credentials), RFC 7523 (assertions signed with the program's own key), RFC 7517 and 7638 (its public keys).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

CLIENT_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CLIENT_ID_LENGTH = (3, 40)
KINDS = ("secret", "key")
SLOTS = (1, 2)
"""Two living credentials of a kind: the old one works until the new one is in place."""
LONGEST_TERM = timedelta(days=3 * 366)
SECRET_DAYS = (30, 90, 180, 365)
ASSERTION_LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
ALGORITHMS = {"RSA": ("RS256",), "EC": ("ES256",), "OKP": ("EdDSA", "Ed25519")}
"""Signatures by the kind of key; `Ed25519` is the name RFC 9864 gives to EdDSA on that curve."""
FEED, OPERATION = "feed:", "do:"
MAX_JTI = 200


def client_id_fault(client_id: str, reserved: Iterable[str]) -> str | None:
    """Answer the fault code of a program's name in tokens: its form, or that one of our own services has it."""
    shortest, longest = CLIENT_ID_LENGTH
    if not shortest <= len(client_id) <= longest or not CLIENT_ID.fullmatch(client_id):
        return "bad-client-id"
    return "reserved" if client_id in set(reserved) else None


def term_fault(expires_on: date, today: date) -> str | None:
    """Answer the fault code of a term: it is over already, or longer than three years."""
    if expires_on <= today:
        return "term-over"
    return "term-long" if expires_on > today + LONGEST_TERM else None


def audience_of(scope: str) -> str:
    """Answer the service a scope is for: `feed:ejournal/marks` and `do:ejournal.journal.read` are both for ejournal."""
    kind = FEED if scope.startswith(FEED) else OPERATION
    return re.split(r"[/.]", scope.removeprefix(kind), maxsplit=1)[0]


def key_fault(key: Mapping[str, Any]) -> str | None:
    """Answer the fault code of a JWK: private or secret parts, or of a kind we do not take."""
    if any(name in key for name in ("d", "k", "p", "q", "dp", "dq", "qi", "oth")):
        return "private-key"
    kind, curve = key.get("kty"), key.get("crv")
    if (kind, curve) in {("EC", "P-256"), ("OKP", "Ed25519")}:
        return None
    if kind == "RSA":
        modulus = key.get("n")
        long_enough = isinstance(modulus, str) and 342 <= len(modulus.rstrip("=")) <= 1366
        return None if long_enough else "weak-key"
    return "unknown-key"


def assertion_fault(claims: Mapping[str, Any], *, client_id: str, audience: str, now: datetime) -> str | None:
    """Answer what is wrong with the claims of an assertion (RFC 7523, section 3), in words for the program's operator.

    Its life is at most five minutes; a clock may be half a minute off. Whether its `jti` was used before is not known here.
    """
    moment, skew = now.timestamp(), SKEW.total_seconds()
    aud = claims.get("aud")
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return "iss and sub must be the client id"
    if (aud if isinstance(aud, list) else [aud]) != [audience]:
        return f"aud must be {audience}"
    if not _is_time(claims.get("exp")) or claims["exp"] <= moment - skew:
        return "exp is missing or over: is the clock right?"
    if claims["exp"] > moment + ASSERTION_LIFE.total_seconds() + skew:
        return "exp is more than five minutes away: is the clock right?"
    for name in ("iat", "nbf"):
        if name in claims and (not _is_time(claims[name]) or claims[name] > moment + skew):
            return f"{name} is in the future: is the clock right?"
    jti = claims.get("jti")
    return None if isinstance(jti, str) and 1 <= len(jti) <= MAX_JTI else "jti is missing"


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1 << 40


def free_slot(taken: Iterable[int]) -> int | None:
    """Answer a slot no living credential of the kind has; None when both are taken."""
    used = set(taken)
    return next((slot for slot in SLOTS if slot not in used), None)
