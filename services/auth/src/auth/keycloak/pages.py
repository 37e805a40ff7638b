"""Through Keycloak and back: begin, return, be signed out from there."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response

from auth.accounts.model import Account
from auth.keycloak import attempts, door, oidc, rules, service
from auth.sessions import arrival, cookies
from auth.sessions import rules as session_rules
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.problems import NotFound
from chassis.routes import PUBLIC, page

ASKED = {
    "sign-in": {},
    "step-up": {"prompt": "login", "max_age": "0"},
    "password": {"kc_action": "UPDATE_PASSWORD"},
}


def begin(ctx: Context) -> Any:
    """Send the browser to Keycloak with state, nonce and challenge; when nobody answers there, say so instead."""
    _demand_keycloak(ctx)
    wanted = ctx.request.args.get("for", "sign-in")
    purpose = wanted if wanted in ASKED else "sign-in"
    target = session_rules.safe_next(ctx.request.args.get("next"))
    state, nonce, verifier = (secrets.token_urlsafe(48) for _part in range(3))
    provider = oidc.provider(cookies.settings(ctx))
    try:
        address = provider.authorization_url(
            state=state, nonce=nonce, verifier=verifier, ui_locales=ctx.language, **ASKED[purpose]
        )
    except oidc.OidcFailed as failed:
        return _failed(ctx, failed.code, target)
    response = ctx.redirect_to(address)
    attempt = attempts.begin(state=state, nonce=nonce, verifier=verifier, next_=target, purpose=purpose)
    attempts.remember(ctx, response, attempt)
    return response


def callback(ctx: Context) -> Any:
    """Take Keycloak's answer: only to a sign-in begun in this browser, only once, and only for a person of the academy."""
    _demand_keycloak(ctx)
    attempt, given = attempts.recall(ctx), ctx.request.args
    target = session_rules.safe_next(attempt.get("next"))
    provider = oidc.provider(cookies.settings(ctx))
    fault = rules.attempt_fault(attempt, state=given.get("state", ""), now=ctx.now)
    if fault or given.get("iss", provider.issuer) != provider.issuer:
        return _failed(ctx, fault or "issuer", target)
    if "code" not in given:
        return _failed(ctx, "refused", target)
    try:
        signed = provider.redeem(code=given["code"], verifier=attempt["verifier"], nonce=attempt["nonce"])
        account = service.admit(ctx.session, issuer=provider.issuer, signed=signed)
    except oidc.OidcFailed as failed:
        return _failed(ctx, failed.code, target, failed.minutes)
    except service.NotAdmitted as refused:
        return _failed(ctx, refused.reason, target)
    return _enter(ctx, account, signed, attempt)


def _enter(ctx: Context, account: Account, signed: oidc.SignedIn, attempt: Mapping[str, Any]) -> Response:
    """Open a sign-in, or renew the proof of the one there is when the same person came back; a code of ours may still be asked."""
    row, purpose = cookies.sign_in(ctx), attempt["for"]
    if row is None or row.person_id != account.person_id or purpose == "sign-in":
        response = arrival.after_password(ctx, account, signed=signed)
    elif purpose == "step-up" and rules.is_fresh(signed.auth_time, attempt["at"]):
        service.join(ctx.session, row=row, signed=signed)
        response = arrival.proven_again(ctx, row, account)
    else:
        service.join(ctx.session, row=row, signed=signed)
        ctx.session.flush()
        if purpose == "password" and ctx.request.args.get("kc_action_status") == "success":
            ctx.flash(_("Your new password holds from now on."))
        response = arrival.onward(ctx, row, account)
    if arrival.CODE in response.location:
        attempts.keep_proof(ctx, response, signed)
    else:
        attempts.forget(ctx, response)
    return response


def back_channel(ctx: Context) -> Response:
    """End the sign-ins that stood on a session which ended at Keycloak (OpenID Connect Back-Channel Logout 1.0)."""
    _demand_keycloak(ctx)
    provider = oidc.provider(cookies.settings(ctx))
    headers = {"Cache-Control": "no-store"}
    try:
        claims = provider.read_logout_token(ctx.request.form.get("logout_token", ""))
    except oidc.KeycloakAway:
        return Response("", 503, {**headers, "Retry-After": "5"})
    except oidc.OidcFailed:
        return Response('{"error":"invalid_request"}', 400, headers, content_type="application/json")
    service.end_from_outside(
        ctx.session,
        issuer=provider.issuer,
        session_id=str(claims.get("sid", "")),
        sub=str(claims.get("sub", "")),
    )
    return Response("", 200, headers)


def _demand_keycloak(ctx: Context) -> None:
    if not door.is_keycloak(ctx):
        raise NotFound


def _failed(ctx: Context, code: str, target: str, minutes: int = 0) -> Any:
    """Say what went wrong and what to do; nobody is signed in, and the attempt is used up."""
    title, text, status = WORDS.get(code, WORDS["token"])
    html = ctx.render(
        "auth/keycloak/failed.html",
        heading=title(),
        text=text(minutes),
        away=code == "away",
        query=urlencode({"next": target}),
    )
    response = Response(str(html), status, content_type="text/html; charset=utf-8")
    if status == 503:
        response.headers["Retry-After"] = "30"
    attempts.forget(ctx, response)
    return response


WORDS: dict[str, Any] = {
    "away": (
        lambda: _("Signing in is not possible right now"),
        lambda _m: _("The sign-in server does not answer. Whoever is signed in goes on working; please try again in a few minutes."),
        503,
    ),
    "state": (
        lambda: _("This sign-in was not begun here"),
        lambda _m: _("The answer belongs to another tab or browser, or was used before. Please begin again."),
        400,
    ),
    "old": (
        lambda: _("The sign-in took too long"),
        lambda _m: _("More than ten minutes have passed. Please begin again."),
        400,
    ),
    "code": (
        lambda: _("This sign-in was used before"),
        lambda _m: _("The sign-in server does not accept the answer a second time. Please begin again."),
        400,
    ),
    "refused": (
        lambda: _("You were not signed in"),
        lambda _m: _("The sign-in server broke the sign-in off. Please begin again."),
        400,
    ),
    "clock": (
        lambda: _("The clocks disagree"),
        lambda minutes: _(
            "The clock of the sign-in server and ours differ by %(minutes)s minutes, so its answer cannot be trusted. "
            "Please tell the unit that runs the portal.", minutes=minutes,
        ),
        503,
    ),
    "issuer": (
        lambda: _("The sign-in server is not the one expected"),
        lambda _m: _("Its name differs from the one set here. Please tell the unit that runs the portal."),
        503,
    ),
    "token": (
        lambda: _("You were not signed in"),
        lambda _m: _("The answer of the sign-in server cannot be trusted. Please begin again."),
        400,
    ),
    "unknown": (
        lambda: _("This account is not tied to a person of the academy"),
        lambda _m: _("The sign-in server knows you, the academy does not. Please turn to the unit that runs the portal."),
        403,
    ),
    "slip": (
        lambda: _("The slip has expired"),
        lambda _m: _("Its password works no longer. Please ask the unit that runs the portal for a new one."),
        403,
    ),
    "blocked": (
        lambda: _("This account is closed"),
        lambda _m: _("This account is blocked. Please turn to the unit that runs the portal."),
        403,
    ),
    "emergency": (
        lambda: _("This account has its own door"),
        lambda _m: _("It is an emergency account: it signs in with its local password and code."),
        403,
    ),
}  # fmt: skip
"""Heading, words and status of each way a sign-in can fail."""

ROUTES = (
    page("GET", "/keycloak/sign-in", begin, access=PUBLIC),
    page("GET", "/keycloak/callback", callback, access=PUBLIC, leaves_trace=True),
    page("POST", "/keycloak/back-channel", back_channel, access=PUBLIC, guarded=False),
)
