"""A sign-in that was begun: state, nonce and verifier in one signed cookie of the browser that began it, for ten minutes.

Nothing is written to the database before somebody is known, so that a stranger's clicks cost nothing; the code itself can be redeemed once.
"""

from dataclasses import asdict
from typing import Any

from flask import Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from auth.keycloak import rules
from auth.keycloak.oidc import SignedIn
from auth.sessions import cookies
from chassis import clock
from chassis.context import Context

NAME = "oidc"


def begin(*, state: str, nonce: str, verifier: str, next_: str, purpose: str) -> dict[str, Any]:
    """Make the memory of an attempt."""
    moment = clock.now().timestamp()
    return {"state": state, "nonce": nonce, "verifier": verifier, "next": next_, "for": purpose, "at": moment}


def remember(ctx: Context, response: Response, attempt: dict[str, Any]) -> None:
    """Give the browser an attempt to keep."""
    secure = cookies.settings(ctx).is_https
    value = jwt.encode({"alg": "HS256"}, attempt, _key(ctx))
    response.set_cookie(
        _name(ctx),
        value,
        max_age=int(rules.ATTEMPT_LIFE.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def keep_proof(ctx: Context, response: Response, signed: SignedIn) -> None:
    """Let the browser keep whom Keycloak vouched for, while a code of ours is still asked for."""
    remember(ctx, response, {"proof": asdict(signed), "at": clock.now().timestamp()})


def proof(ctx: Context) -> SignedIn | None:
    """Read whom Keycloak vouched for in this browser within the last ten minutes."""
    kept = recall(ctx)
    old = clock.now().timestamp() - float(kept.get("at", 0)) > rules.ATTEMPT_LIFE.total_seconds()
    return None if old or "proof" not in kept else SignedIn(**kept["proof"])


def recall(ctx: Context) -> dict[str, Any]:
    """Read the attempt this browser began; empty when it has none, or one we did not sign."""
    try:
        return dict(
            jwt.decode(ctx.request.cookies.get(_name(ctx), ""), _key(ctx), algorithms=["HS256"]).claims
        )
    except (JoseError, ValueError):
        return {}


def forget(ctx: Context, response: Response) -> None:
    """Take the attempt back: it is used up."""
    response.delete_cookie(
        _name(ctx), path="/", secure=cookies.settings(ctx).is_https, httponly=True, samesite="Lax"
    )


def _name(ctx: Context) -> str:
    return f"__Host-{NAME}" if cookies.settings(ctx).is_https else NAME


def _key(ctx: Context) -> OctKey:
    return OctKey.import_key(f"{ctx.settings.secret_key}:oidc")
