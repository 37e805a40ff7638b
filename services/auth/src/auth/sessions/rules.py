"""When a session ends by itself, where one may go after signing in, and what a token says."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

TOKEN_LIFE = timedelta(minutes=5)
HOME = "/portal/"
CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
NO_RETURN = re.compile(r"/auth/(login|logout|password|step-up|code|one-time-code|internal)")


def is_living(
    *, created_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, absolute: timedelta
) -> bool:
    """Tell whether a session is neither left alone for too long nor too old."""
    return now - seen_at < idle and now - created_at < absolute


def safe_next(target: str | None) -> str:
    """Answer the path to go to after signing in: one of this site, else the portal's home.

    Everything a browser could read as another host is refused: two slashes, backslashes, schemes, control characters; and
    the sign-in pages themselves.
    """
    if not target or len(target) > 2000 or CONTROL.search(target):
        return HOME
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return HOME
    return HOME if NO_RETURN.match(parts.path) else target


def person_claims(
    *,
    issuer: str,
    person_id: str,
    sid: str,
    auth_time: datetime,
    roles: list[str],
    version: int,
    name: str,
    now: datetime,
    not_before: int,
    token_id: str,
    amr: str = "pwd",
    life: timedelta = TOKEN_LIFE,
) -> Mapping[str, Any]:
    """Make the claims of a person's token (RFC 9068); `amr` are words of RFC 8176 with spaces between.

    `not_before` are the epoch seconds it must be issued after, because older ones were revoked; else 0.
    """
    moment = int(now.timestamp())
    return {
        "iss": issuer,
        "aud": "shanyraq",
        "sub": person_id,
        "sid": sid,
        "iat": max(moment, not_before + 1),
        "nbf": moment,
        "exp": moment + int(life.total_seconds()),
        "jti": token_id,
        "auth_time": int(auth_time.timestamp()),
        "amr": amr.split(),
        "roles": roles,
        "gv": version,
        "name": name,
    }


def program_claims(
    *,
    issuer: str,
    client_id: str,
    audience: str,
    scopes: list[str],
    now: datetime,
    not_before: int,
    token_id: str,
) -> Mapping[str, Any]:
    """Make the claims of a program's token: one audience, no session; issued after `not_before`, when older ones were revoked."""
    moment = int(now.timestamp())
    return {
        "iss": issuer,
        "aud": audience,
        "sub": f"program:{client_id}",
        "iat": max(moment, not_before + 1),
        "nbf": moment,
        "exp": moment + int(TOKEN_LIFE.total_seconds()),
        "jti": token_id,
        "scope": " ".join(sorted(scopes)),
    }


def device_name(user_agent: str) -> str:
    """Say in two words what a sign-in came from; only a help for the owner to recognise it."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browsers = (
        ("YaBrowser", "Yandex"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for name in systems if name in user_agent), "")
    return ", ".join(filter(None, (browser, system)))[:60]
