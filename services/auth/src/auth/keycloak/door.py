"""What signing in, out, changing the password and proving oneself mean when Keycloak is the source: asked by the pages of `sessions`.

Each answers None where the local way holds: with `IDENTITY=local`, and for who came in through the emergency door.

Why signing in begins with a page and a link: our pages allow forms to be sent to ourselves alone (`form-action 'self'`), and Chromium
holds that against every redirect that follows a form. A link is no form; so no page of ours needs to name Keycloak in its policy.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Response

from auth.keycloak import attempts, oidc, service
from auth.sessions import cookies, rules
from auth.sessions.model import SignIn
from chassis.context import Context

PURPOSES = ("sign-in", "step-up", "password")


def is_keycloak(ctx: Context) -> bool:
    """Tell whether Keycloak is the source of identity."""
    return cookies.settings(ctx).identity == "keycloak"


def login(ctx: Context) -> Any:
    """Show the page that leads to Keycloak, instead of the form for login and password."""
    if not is_keycloak(ctx):
        return None
    target = rules.safe_next(ctx.request.args.get("next"))
    return ctx.render("auth/keycloak/door.html", query=urlencode({"next": target}))


def elsewhere(ctx: Context, purpose: str) -> Any:
    """Lead who came in through Keycloak there, for a new password or a fresh proof.

    A form of ours cannot redirect there, so after a post the person gets a page with the link.
    """
    if not is_keycloak(ctx):
        return None
    row = cookies.sign_in(ctx)
    if row is None or service.of_sign_in(ctx.session, row) is None:
        return None
    target = rules.safe_next(ctx.request.args.get("next"))
    return ctx.render(
        "auth/keycloak/again.html", purpose=purpose, query=urlencode({"next": target, "for": purpose})
    )


def leaving(ctx: Context, row: SignIn | None) -> Any:
    """Show the page that goes on to end Keycloak's session, too; it is a page, as a form may not redirect there.

    When Keycloak is away there is nothing to go on to: our own session has ended, and the page says what is left to do.
    """
    joined = service.of_sign_in(ctx.session, row) if row and is_keycloak(ctx) else None
    if joined is None:
        return None
    provider = oidc.provider(cookies.settings(ctx))
    address = provider.logout_url(joined.id_token) if provider.is_there() else ""
    html = ctx.render("auth/keycloak/leaving.html", address=address)
    return Response(str(html), content_type="text/html; charset=utf-8")


def join(ctx: Context, row: SignIn, signed: oidc.SignedIn | None) -> None:
    """Join a sign-in that has just been opened to the session at Keycloak it stands on, if it stands on one.

    `signed` is given on the way back from Keycloak; after a code of ours the browser brings it along.
    """
    found = signed or (attempts.proof(ctx) if is_keycloak(ctx) else None)
    if found is None:
        return
    known = service.find_person(
        ctx.session, issuer=oidc.provider(cookies.settings(ctx)).issuer, sub=found.sub
    )
    if known and known.person_id == row.person_id:
        ctx.session.flush()
        service.join(ctx.session, row=row, signed=found)


def next_of(ctx: Context) -> str | None:
    """Answer where a person who comes back from Keycloak wanted to go; None on every other page."""
    here = ctx.request.path == "/auth/keycloak/callback"
    return attempts.recall(ctx).get("next") if here else None
