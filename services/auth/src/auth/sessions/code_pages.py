"""The page between a right password and a sign-in: the code of the second factor."""

from typing import Any

from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.factors import service as factors
from auth.sessions import arrival, cookies, half, history, schemas
from auth.sessions.model import HalfSignIn
from chassis.context import Context
from chassis.pages import Form
from chassis.problems import Unauthenticated
from chassis.routes import PUBLIC, page

AMR = {"otp": "pwd otp mfa", "recovery": "pwd mfa"}
"""RFC 8176: a recovery code is a second proof, but no one-time password."""


def code_page(ctx: Context) -> Any:
    """Ask for the code; without a half-open sign-in of this browser there is nothing to ask for."""
    _half_open(ctx)
    return _page(ctx, Form())


def enter_code(ctx: Context) -> Any:
    """Sign in with the code; the answer to a failure is a page that is kept, so that the failure counts."""
    row, account = _half_open(ctx)
    form = ctx.form(schemas.CodeForm)
    if not form.valid:
        return _page(ctx, form), 422
    try:
        kind = factors.check(
            ctx.session,
            account=account,
            code=form.data["code"],
            address=ctx.address,
            secret_key=ctx.settings.secret_key,
        )
    except (factors.CodeRefused, accounts.SignInRefused) as refused:
        history.note(
            ctx.session,
            person_id=account.person_id,
            outcome=history.outcome_of(refused),
            address=ctx.address,
            device=row.device,
        )
        return _page(ctx, form.refuse("code", str(refused.detail)))
    half.close(ctx.session, row)
    return arrival.arrive(ctx, account, amr=AMR[kind])


def _half_open(ctx: Context) -> tuple[HalfSignIn, Account]:
    row = cookies.half_sign_in(ctx)
    account = accounts.get(ctx.session, row.person_id) if row else None
    if row is None or account is None or not accounts.is_open(account):
        raise Unauthenticated
    return row, account


def _page(ctx: Context, form: Form) -> str:
    return ctx.render("auth/sessions/code.html", form=form, query=arrival.query(ctx))


ROUTES = (
    page("GET", "/code", code_page, access=PUBLIC),
    page("POST", "/code", enter_code, access=PUBLIC, guarded=False),
)
