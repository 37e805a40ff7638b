"""The cookies of a sign-in, and whose request this is by them."""

from typing import cast

from flask import Response

from auth.sessions import half, living, rules
from auth.sessions.model import HalfSignIn, SignIn
from auth.settings import AuthSettings
from chassis.context import Context


def settings(ctx: Context) -> AuthSettings:
    """Give the settings as auth's own."""
    return cast(AuthSettings, ctx.settings)


def sign_in(ctx: Context) -> SignIn | None:
    """Find the living sign-in of the request's cookie; a token is not asked, as one may not be given yet."""
    secret = ctx.request.cookies.get(_name(ctx, "sid"), "")
    return living.find(ctx.session, secret=secret)


def half_sign_in(ctx: Context) -> HalfSignIn | None:
    """Find the half-open sign-in of the request's cookie, where it comes from the browser it was opened in."""
    secret = ctx.request.cookies.get(_name(ctx, "half"), "")
    return half.find(ctx.session, secret=secret, device=device(ctx))


def device(ctx: Context) -> str:
    """Say in two words what a request came from."""
    return rules.device_name(ctx.request.user_agent.string)


def set_secret(ctx: Context, response: Response, secret: str) -> None:
    """Give the browser the secret of its sign-in; no token yet."""
    _set(ctx, response, "sid", secret)


def set_half(ctx: Context, response: Response, secret: str) -> None:
    """Give the browser the secret of a half-open sign-in, for as long as that lives."""
    _set(ctx, response, "half", secret, int(half.LIFE.total_seconds()))


def set_token(ctx: Context, response: Response, token: str) -> None:
    """Give the browser an access token."""
    _set(ctx, response, "at", token)


def clear(ctx: Context, response: Response, *names: str) -> None:
    """Take cookies back."""
    for name in names:
        response.delete_cookie(
            _name(ctx, name), path="/", secure=settings(ctx).is_https, httponly=True, samesite="Lax"
        )


def _name(ctx: Context, name: str) -> str:
    return f"__Host-{name}" if settings(ctx).is_https else name


def _set(ctx: Context, response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(
        _name(ctx, name),
        value,
        max_age=max_age,
        path="/",
        secure=settings(ctx).is_https,
        httponly=True,
        samesite="Lax",
    )
