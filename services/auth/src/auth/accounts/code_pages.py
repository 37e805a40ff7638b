"""Pages of one-time codes: the unit makes one, its owner enters it."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema

from auth.accounts import codes, schemas, service
from auth.accounts.handout import AlreadyHandedOut
from auth.accounts.model import Account
from auth.accounts.pages import acted
from auth.accounts.served import account_of
from auth.forms import refuse
from auth.policy import service as policies
from auth.sessions import cookies
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import PUBLIC, page


def code_page(ctx: Context, id: UUID) -> Any:
    """Say what a one-time code is for, and how long one holds."""
    minutes = policies.get(ctx.session).code_minutes
    return ctx.render(
        "auth/accounts/code.html", account=account_of(ctx, id), form=Form(), minutes=minutes, code=None
    )


def make_code(ctx: Context, id: UUID) -> Any:
    """Make a one-time code and show it this once."""

    def act(account: Account, _data: dict[str, Any]) -> Any:
        key = ctx.request.form.get("_key", "")
        try:
            code, until = codes.issue(ctx.session, account=account, actor=ctx.identity.subject, key=key)
        except AlreadyHandedOut as refused:
            ctx.flash(str(refused.detail), "warn")
            return ctx.redirect_to(f"/auth/people/{id}/code")
        shown = ctx.render("auth/accounts/code.html", account=account, form=Form(), code=code, until=until)
        headers = {"Cache-Control": "no-store"}
        # Streamed, so that the chassis keeps no copy of it for a repeated request.
        return Response(iter([str(shown)]), 200, headers, content_type="text/html; charset=utf-8")

    return acted(ctx, id, "code", Schema, act)


def enter_page(ctx: Context) -> Any:
    """Show the form for login, code and a new password."""
    return _enter_form(ctx, Form())


def enter(ctx: Context) -> Any:
    """Change the password by a code; the answer to a failure is a page that is kept, so that the failure counts."""
    form = ctx.form(schemas.CodeForm)
    if not form.valid:
        return _enter_form(ctx, form), 422
    try:
        codes.redeem(ctx.session, **form.data, address=ctx.address)
    except service.PasswordRefused as refused_new:
        return _enter_form(ctx, refuse(form, refused_new)), 422
    except service.SignInRefused as refused:
        return _enter_form(ctx, form, str(refused.detail))
    ctx.flash(_("Your new password holds from now on: sign in with it."))
    response = ctx.redirect_to("/auth/login")
    cookies.clear(ctx, response, "sid", "at", "half")
    return response


def _enter_form(ctx: Context, form: Form, refusal: str = "") -> str:
    length = policies.get(ctx.session).password_length
    return ctx.render("auth/accounts/code_enter.html", form=form, refusal=refusal, length=length)


# The form of a code is not guarded by a key: a stored fingerprint of the request would be a fast hash of the password.
ROUTES = (
    page("GET", "/people/<uuid:id>/code", code_page, access="auth.account.reset", step_up=True),
    page("POST", "/people/<uuid:id>/code", make_code, access="auth.account.reset", step_up=True),
    page("GET", "/one-time-code", enter_page, access=PUBLIC),
    page("POST", "/one-time-code", enter, access=PUBLIC, guarded=False),
)
