"""Sign in, sign out, change the password, prove it is you, renew the token."""

import json
from typing import Any

from flask import Response

from auth.access import catalogue
from auth.access import service as access
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.factors import service as factors
from auth.keycloak import door
from auth.policy import service as policy
from auth.sessions import arrival, cookies, history, living, schemas, service, tokens
from auth.sessions.model import SignIn
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Unauthenticated
from chassis.routes import PUBLIC, SIGNED_IN, page


def login_page(ctx: Context) -> Any:
    """Show the sign-in form; who is signed in already goes on, who must change the password goes there."""
    if ctx.request.args.get("step_up"):
        return ctx.redirect_to(f"/auth/step-up?{_query(ctx)}")
    row = cookies.sign_in(ctx)
    step = arrival.first_step(row, accounts.get_or_raise(ctx.session, row.person_id)) if row else ""
    if step:
        return ctx.redirect_to(f"{step}?{_query(ctx)}")
    if row and ctx.identity.kind == "person":
        return ctx.redirect_to(_next(ctx))
    return door.login(ctx) or _login_form(ctx, Form())


def login(ctx: Context) -> Any:
    """Sign in with login and password; the answer to a failure is a page that is kept, so that the failure counts."""
    if elsewhere := door.login(ctx):
        return elsewhere
    form = ctx.form(schemas.LoginForm)
    if not form.valid:
        return _login_form(ctx, form), 422
    try:
        account = accounts.authenticate(ctx.session, **form.data, address=ctx.address)
    except accounts.SignInRefused as refused:
        _note_refusal(ctx, form.data["login"], refused)
        return _login_form(ctx, form, str(refused.detail))
    return arrival.after_password(ctx, account)


def _note_refusal(ctx: Context, login: str, refused: accounts.SignInRefused) -> None:
    account = accounts.find(ctx.session, login) if "\0" not in login else None
    history.note(
        ctx.session,
        person_id=account.person_id if account else None,
        outcome=history.outcome_of(refused),
        address=ctx.address,
        device=cookies.device(ctx),
    )


def logout(ctx: Context) -> Response:
    """End this sign-in; its tokens are refused from the next click on."""
    row = cookies.sign_in(ctx)
    if row:
        service.end(ctx.session, row=row, reason="signed-out", actor=row.person_id)
    response = door.leaving(ctx, row) or ctx.redirect_to("/auth/login")
    cookies.clear(ctx, response, "sid", "at", "half")
    return response


def password_page(ctx: Context) -> Any:
    """Show the form for a new password; the only page a first password opens."""
    return door.elsewhere(ctx, "password") or _password_form(ctx, _account(ctx)[1], Form())


def change_password(ctx: Context) -> Any:
    """Change one's own password and go on signed in; a first password needs no repetition, it was just typed."""
    if elsewhere := door.elsewhere(ctx, "password"):
        return elsewhere
    row, account = _account(ctx)
    form = ctx.form(schemas.PasswordForm)
    if not form.valid:
        return _password_form(ctx, account, form), 422
    if not account.must_change and (refused := _present_refused(ctx, account, form)):
        return refused
    try:
        accounts.change_password(
            ctx.session, account=account, new=form.data["new"], again=form.data["again"], keep=row.id
        )
    except accounts.PasswordRefused as refused_new:
        for error in refused_new.errors:
            form.refuse(error.pointer.removeprefix("/"), error.text)
        return _password_form(ctx, account, form), 422
    ctx.flash(_("Your new password holds from now on."))
    return arrival.proven_again(ctx, row, account)


def _present_refused(ctx: Context, account: Account, form: Form) -> Any:
    try:
        accounts.confirm_password(
            ctx.session, account=account, password=form.data["present"], address=ctx.address
        )
    except accounts.SignInRefused as refused:
        return _password_form(ctx, account, form.refuse("present", str(refused.detail)))
    return None


def step_up_page(ctx: Context) -> Any:
    """Ask for the password, and the code of who has a second factor, once more before something weighty."""
    return door.elsewhere(ctx, "step-up") or _step_up_form(ctx, _account(ctx)[1], Form())


def step_up(ctx: Context) -> Any:
    """Note a fresh proof of who it is, and go back to what was asked for."""
    if elsewhere := door.elsewhere(ctx, "step-up"):
        return elsewhere
    row, account = _account(ctx)
    form = ctx.form(schemas.StepUpForm)
    if not form.valid:
        return _step_up_form(ctx, account, form), 422
    try:
        accounts.confirm_password(
            ctx.session, account=account, password=form.data["password"], address=ctx.address
        )
    except accounts.SignInRefused as refused:
        return _step_up_form(ctx, account, form.refuse("password", str(refused.detail)))
    if factors.get(ctx.session, account.person_id):
        try:
            factors.check(
                ctx.session,
                account=account,
                code=form.data["code"],
                address=ctx.address,
                secret_key=ctx.settings.secret_key,
            )
        except (factors.CodeRefused, accounts.SignInRefused) as refused:
            return _step_up_form(ctx, account, form.refuse("code", str(refused.detail)))
    return arrival.proven_again(ctx, row, account)


def renew(ctx: Context) -> Response:
    """Answer the gateway, inside a request of somebody whose token ran out: a new one, 401, or 403 when something comes first."""
    row = cookies.sign_in(ctx)
    account = accounts.get(ctx.session, row.person_id) if row else None
    if row is None or account is None or not accounts.is_open(account):
        return Response(status=401)
    if arrival.first_step(row, account):
        return Response(status=403)
    service.touch(row)
    token = arrival.token_of(ctx, row)
    response = Response(status=204, headers={"X-Token": token})
    cookies.set_token(ctx, response, token)
    return response


def jwks(ctx: Context) -> Response:
    """Give the public keys: the one that signs, and the one that will."""
    body = json.dumps(tokens.key_ring(cookies.settings(ctx)).jwks())
    return Response(body, content_type="application/json", headers={"Cache-Control": "public, max-age=60"})


def my_account(ctx: Context) -> Any:
    """Show who I am to the system: name, login, roles, where I am signed in."""
    account = accounts.get_or_raise(ctx.session, ctx.identity.person_id)
    grants = [
        grant for grant in access.list_(ctx.session, person_id=account.person_id) if not grant.withdrawn_at
    ]
    titles = {role.code: role.title for role in catalogue.list_roles(ctx.session)}
    rows = living.list_(ctx.session, person_id=account.person_id)
    return ctx.render("auth/sessions/me.html", account=account, grants=grants, titles=titles, rows=rows)


def _login_form(ctx: Context, form: Form, refusal: str = "") -> str:
    return ctx.render("auth/sessions/login.html", form=form, refusal=refusal, query=_query(ctx))


def _password_form(ctx: Context, account: Account, form: Form) -> str:
    length = policy.get(ctx.session).password_length
    return ctx.render(
        "auth/sessions/password.html", form=form, account=account, length=length, query=_query(ctx)
    )


def _step_up_form(ctx: Context, account: Account, form: Form) -> str:
    return ctx.render(
        "auth/sessions/step_up.html",
        form=form,
        login=account.login,
        query=_query(ctx),
        needs_code=factors.get(ctx.session, account.person_id) is not None,
    )


def _account(ctx: Context) -> tuple[SignIn, Account]:
    row = cookies.sign_in(ctx)
    account = accounts.get(ctx.session, row.person_id) if row else None
    if row is None or account is None or not accounts.is_open(account):
        raise Unauthenticated
    return row, account


def _next(ctx: Context) -> str:
    return arrival.next_of(ctx)


def _query(ctx: Context) -> str:
    return arrival.query(ctx)


# Forms with passwords are not guarded by a key: a stored fingerprint of the request would be a fast hash of the password.
ROUTES = (
    page("GET", "/login", login_page, access=PUBLIC),
    page("POST", "/login", login, access=PUBLIC, guarded=False),
    page("POST", "/logout", logout, access=PUBLIC, guarded=False),
    page("GET", "/password", password_page, access=PUBLIC),
    page("POST", "/password", change_password, access=PUBLIC, guarded=False),
    page("GET", "/step-up", step_up_page, access=PUBLIC),
    page("POST", "/step-up", step_up, access=PUBLIC, guarded=False),
    page("GET", "/me", my_account, access=SIGNED_IN),
    page("GET", "/internal/renew", renew, access=PUBLIC, leaves_trace=True),
    page("GET", "/.well-known/jwks.json", jwks, access=PUBLIC),
)
