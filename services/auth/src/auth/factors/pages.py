"""One's own second factor: set up, new recovery codes, remove.

The pages go by the cookie of the sign-in, as those of a first password do: who must set up a second factor has no token yet.
"""

from collections.abc import Callable
from typing import Any

from flask import Response

from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.factors import rules, schemas, service
from auth.factors.model import Factor
from auth.factors.qr import image
from auth.sessions import arrival, cookies
from auth.sessions import service as sessions
from auth.sessions.model import SignIn
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid, Unauthenticated
from chassis.routes import PUBLIC, page

HERE = "/auth/second-factor"
NO_STORE = {"Cache-Control": "no-store"}


def factor_page(ctx: Context) -> Any:
    """Show one's own second factor, or how to set it up; both after a fresh sign-in only."""
    row, account = _person(ctx)
    return _stale(ctx, row) or _page(ctx, row, account, Form())


def begin(ctx: Context) -> Any:
    """Make a secret and show it as a QR code and as text."""
    row, account = _person(ctx)
    if stale := _stale(ctx, row):
        return stale
    try:
        service.begin(ctx.session, person_id=account.person_id, secret_key=ctx.settings.secret_key)
    except service.FactorRefused as refused:
        ctx.flash(str(refused.detail), "warn")
    return ctx.redirect_to(f"{HERE}?{arrival.query(ctx)}")


def confirm(ctx: Context) -> Any:
    """Take the first code of the authenticator; the recovery codes are shown in this answer and never again."""

    def act(row: SignIn, account: Account, data: dict[str, Any]) -> Any:
        codes = service.confirm(
            ctx.session,
            account=account,
            code=data["code"],
            address=ctx.address,
            secret_key=ctx.settings.secret_key,
            keep=row.id,
        )
        sessions.strengthen(row, amr="pwd otp mfa")
        return _codes(ctx, row, account, codes)

    return _acted(ctx, schemas.CodeForm, act)


def renew_codes(ctx: Context) -> Any:
    """Make ten new recovery codes for a code of the authenticator."""

    def act(row: SignIn, account: Account, data: dict[str, Any]) -> Any:
        _check(ctx, account, data["code"])
        return _codes(ctx, row, account, service.renew_codes(ctx.session, person_id=account.person_id))

    return _acted(ctx, schemas.CodeForm, act)


def remove(ctx: Context) -> Any:
    """Remove the second factor for the password and a code; where a role asks for one, the next is set up at once."""

    def act(row: SignIn, account: Account, data: dict[str, Any]) -> Any:
        accounts.confirm_password(
            ctx.session, account=account, password=data["password"], address=ctx.address
        )
        _check(ctx, account, data["code"])
        service.remove(ctx.session, person_id=account.person_id, keep=row.id)
        sessions.weaken(row, must_enrol=arrival.must_enrol(ctx, account.person_id))
        ctx.session.flush()
        ctx.flash(_("The second factor is removed."), "warn")
        return arrival.onward(ctx, row, account)

    return _acted(ctx, schemas.RemoveForm, act)


Act = Callable[[SignIn, Account, dict[str, Any]], Any]


def _acted(ctx: Context, schema: type[Any], act: Act) -> Any:
    row, account = _person(ctx)
    if stale := _stale(ctx, row):
        return stale
    form = ctx.form(schema)
    if not form.valid:
        return _page(ctx, row, account, form), 422
    try:
        return act(row, account, form.data)
    except accounts.SignInRefused as refused:
        field = (
            "code"
            if "password" not in form.data or isinstance(refused, accounts.TooManyTries)
            else "password"
        )
        return _page(ctx, row, account, form.refuse(field, str(refused.detail)))
    except Invalid as refused:
        # Kept, so that a wrong code counts.
        return _page(ctx, row, account, form.refuse("code", str(refused.detail)))


def _check(ctx: Context, account: Account, code: str) -> None:
    service.check(
        ctx.session, account=account, code=code, address=ctx.address, secret_key=ctx.settings.secret_key
    )


def _person(ctx: Context) -> tuple[SignIn, Account]:
    row = cookies.sign_in(ctx)
    account = accounts.get(ctx.session, row.person_id) if row else None
    if row is None or account is None or not accounts.is_open(account) or account.must_change:
        raise Unauthenticated
    return row, account


def _stale(ctx: Context, row: SignIn) -> Response | None:
    if ctx.now - row.auth_time < sessions.FRESH:
        return None
    return ctx.redirect_to(f"/auth/step-up?next={HERE}")


def _page(ctx: Context, row: SignIn, account: Account, form: Form) -> Response:
    own, fresh = service.get(ctx.session, account.person_id), service.pending(ctx.session, account.person_id)
    html = ctx.render(
        "auth/factors/factor.html",
        form=form,
        factor=own,
        left=service.count_codes(ctx.session, account.person_id),
        **(_new_key(ctx, account, fresh) if fresh else {}),
        must_enrol=row.must_enrol,
        query=arrival.query(ctx),
        login=account.login,
    )
    return Response(html, headers=NO_STORE)


def _new_key(ctx: Context, account: Account, fresh: Factor) -> dict[str, str]:
    secret = service.secret_of(fresh, secret_key=ctx.settings.secret_key)
    return {
        "key_text": rules.in_groups(secret),
        "key_picture": image(rules.address_for(secret, account.login)),
    }


def _codes(ctx: Context, row: SignIn, account: Account, codes: list[str]) -> Response:
    ctx.session.flush()
    html = ctx.render("auth/factors/codes.html", codes=codes, account=account, onward=arrival.next_of(ctx))
    response = Response(html, headers=NO_STORE)
    cookies.set_token(ctx, response, arrival.token_of(ctx, row))
    return response


ROUTES = (
    page("GET", "/second-factor", factor_page, access=PUBLIC),
    page("POST", "/second-factor", begin, access=PUBLIC, guarded=False),
    page("POST", "/second-factor/confirm", confirm, access=PUBLIC, guarded=False),
    page("POST", "/second-factor/codes", renew_codes, access=PUBLIC, guarded=False),
    page("POST", "/second-factor/remove", remove, access=PUBLIC, guarded=False),
)
