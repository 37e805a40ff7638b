"""What Keycloak is told of an account, when a failed push is tried again, and what a token of it must say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ROLE = "academy-account"
SIGN_IN_CLIENT, ACCOUNTS_CLIENT = "shanyraq", "shanyraq-accounts"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ATTEMPT_LIFE = timedelta(minutes=10)
LEEWAY_SECONDS = 60
LONGEST_PAUSE = timedelta(minutes=5)
REASON_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How an account shall be in Keycloak.

    `password_hash` is set only when the password has changed since it was last pushed; `gone` accounts are not in Keycloak at all.
    """

    person_id: str
    login: str
    given_name: str
    family_name: str
    language: str
    enabled: bool
    gone: bool = False
    password_hash: str = ""
    temporary: bool = False


def payload(wanted: Wanted) -> dict[str, Any]:
    """Make Keycloak's representation of an account: its whole state, but the password only when there is a new one."""
    user: dict[str, Any] = {
        "username": wanted.login,
        "firstName": wanted.given_name,
        "lastName": wanted.family_name,
        "enabled": wanted.enabled,
        "attributes": {"person_id": [wanted.person_id], "locale": [wanted.language]},
    }
    if wanted.password_hash:
        user["credentials"] = [credential(wanted.password_hash)]
        user["requiredActions"] = ["UPDATE_PASSWORD"] if wanted.temporary else []
    return user


def credential(encoded: str) -> dict[str, str]:
    """Make Keycloak's form of an argon2id hash, so that no password in clear is ever kept on its way there.

    Args:
        encoded: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, as argon2-cffi writes it (PHC string format).
    """
    _, kind, version, cost, salt, digest = encoded.split("$")
    costs = dict(part.split("=") for part in cost.split(","))
    data = {
        "algorithm": "argon2",
        "hashIterations": int(costs["t"]),
        "additionalParameters": {
            "type": [kind.removeprefix("argon2")],
            "version": [{"v=19": "1.3", "v=16": "1.0"}[version]],
            "memory": [costs["m"]],
            "parallelism": [costs["p"]],
            "hashLength": [str(len(digest) * 3 // 4)],
        },
    }
    secret = {"value": padded(digest), "salt": padded(salt), "additionalParameters": {}}
    return {"type": "password", "credentialData": json.dumps(data), "secretData": json.dumps(secret)}


def padded(text: str) -> str:
    """Give base64 the padding that PHC strings leave out."""
    return text + "=" * (-len(text) % 4)


def pause(tries: int) -> timedelta:
    """Answer how long to wait after so many failed tries: 2, 4, 8 … seconds, five minutes at most."""
    return min(timedelta(seconds=2.0 ** min(tries, 16)), LONGEST_PAUSE)


def issuer(url: str, realm: str) -> str:
    """Give the `iss` of a realm's tokens."""
    return f"{url.rstrip('/')}/realms/{realm}"


def attempt_fault(attempt: Mapping[str, Any], *, state: str, now: datetime) -> str:
    """Answer why an answer of Keycloak does not belong to a sign-in begun in this browser; empty when it does."""
    if not attempt or not state or attempt.get("state") != state:
        return "state"
    return "old" if now.timestamp() - float(attempt.get("at", 0)) > ATTEMPT_LIFE.total_seconds() else ""


def is_fresh(auth_time: float, begun_at: float) -> bool:
    """Tell whether Keycloak has seen a proof since we asked for one; one it merely remembers is none."""
    return auth_time >= begun_at - LEEWAY_SECONDS


def clock_gap(claims: Mapping[str, Any], now: datetime) -> int:
    """Answer by how many minutes a token that was made this moment disagrees with our clock; 0 within the leeway."""
    made = claims.get("iat")
    if not isinstance(made, (int, float)):
        return 0
    gap = abs(now.timestamp() - made)
    return round(gap / 60) if gap > LEEWAY_SECONDS else 0


def logout_fault(claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime) -> str:
    """Answer what is wrong with a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6); empty when nothing."""
    audience = claims.get("aud")
    heard = audience if isinstance(audience, list) else [audience]
    events = claims.get("events")
    moment, made, ends = now.timestamp(), claims.get("iat"), claims.get("exp")
    checks = {
        "iss": claims.get("iss") == issuer,
        "aud": client_id in heard,
        "iat": isinstance(made, (int, float)) and abs(moment - made) <= 2 * LEEWAY_SECONDS,
        "exp": ends is None or (isinstance(ends, (int, float)) and ends > moment - LEEWAY_SECONDS),
        "events": isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict),
        "nonce": "nonce" not in claims,
        "sub": any(isinstance(claims.get(name), str) for name in ("sid", "sub")),
    }
    return next((name for name, good in checks.items() if not good), "")


def drift(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the part of what is wanted that is found otherwise; lists of words are compared as sets."""
    changed: dict[str, Any] = {}
    for name, value in wanted.items():
        present = found.get(name)
        if isinstance(value, Mapping):
            if inner := drift(value, present if isinstance(present, Mapping) else {}):
                changed[name] = inner
        elif not same(value, present):
            changed[name] = value
    return changed


def same(wanted: Any, present: Any) -> bool:
    """Tell whether two values mean the same to Keycloak."""
    both_lists = isinstance(wanted, list) and isinstance(present, list)
    if both_lists and all(isinstance(item, str) for item in [*wanted, *present]):
        return set(wanted) == set(present)
    return bool(wanted == present)


def merged(found: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over what is found, map by map: Keycloak drops the attributes a change does not name."""
    result = dict(found)
    for name, value in changed.items():
        present = found.get(name)
        both = isinstance(value, Mapping) and isinstance(present, Mapping)
        result[name] = merged(present, value) if both and isinstance(present, Mapping) else value
    return result
