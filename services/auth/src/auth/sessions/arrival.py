"""What follows a right password: the code of a second factor, then whatever must be done first, then where one wanted to go."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response

from auth.access import service as access
from auth.accounts.model import Account
from auth.factors import service as factors
from auth.keycloak import door
from auth.keycloak.oidc import SignedIn
from auth.policy import service as policy
from auth.sessions import cookies, half, history, rules, service, tokens
from auth.sessions.model import SignIn
from chassis.context import Context

PASSWORD, FACTOR = "/auth/password", "/auth/second-factor"
CODE = "/auth/code"


def after_password(ctx: Context, account: Account, *, signed: SignedIn | None = None) -> Response:
    """Go on after a right password, ours or one `signed` by Keycloak: to the page that asks for the code, or into a sign-in."""
    if not factors.has(ctx.session, account.person_id):
        return arrive(ctx, account, amr="pwd", signed=signed)
    secret = half.open_(ctx.session, person_id=account.person_id, device=cookies.device(ctx))
    response = ctx.redirect_to(f"{CODE}?{query(ctx)}")
    cookies.set_half(ctx, response, secret)
    return response


def arrive(ctx: Context, account: Account, *, amr: str, signed: SignedIn | None = None) -> Response:
    """Open a sign-in and lead on; `amr` are the ways the person proved who they are. The one this browser had before ends."""
    device, person_id = cookies.device(ctx), account.person_id
    leave_before(ctx)
    row, secret = service.open_(
        ctx.session,
        person_id=person_id,
        address=ctx.address,
        device=device,
        amr=amr,
        must_enrol="mfa" not in amr.split() and must_enrol(ctx, person_id),
    )
    door.join(ctx, row, signed)
    history.note(
        ctx.session, person_id=person_id, outcome=history.SIGNED_IN, address=ctx.address, device=device
    )
    ctx.session.flush()
    response = onward(ctx, row, account)
    cookies.set_secret(ctx, response, secret)
    cookies.clear(ctx, response, "half")
    _remember_language(ctx, response, account)
    return response


def leave_before(ctx: Context) -> None:
    """End the sign-in this browser had before another one is opened in it."""
    if before := cookies.sign_in(ctx):
        service.end(ctx.session, row=before, reason="signed-in-anew", actor=before.person_id)


def proven_again(ctx: Context, row: SignIn, account: Account) -> Response:
    """Note a fresh proof of who it is, give the sign-in a new secret, and lead on."""
    secret = service.confirm(row)
    ctx.session.flush()
    response = onward(ctx, row, account)
    cookies.set_secret(ctx, response, secret)
    return response


def must_enrol(ctx: Context, person_id: UUID) -> bool:
    """Tell whether a role of a person asks for a second factor."""
    rules_ = policy.get(ctx.session)
    if not rules_.second_factor_roles:
        return False
    return rules_.needs_second_factor(access.roles_today(ctx.session, person_id=person_id))


def first_step(row: SignIn, account: Account) -> str:
    """Answer the page of what must be done before anything else; nothing when the system is open."""
    return PASSWORD if account.must_change else FACTOR if row.must_enrol else ""


def onward(ctx: Context, row: SignIn, account: Account) -> Response:
    """Lead to what must be done first, without a token; else to where one wanted to go, with one."""
    step = first_step(row, account)
    if step:
        response = ctx.redirect_to(f"{step}?{query(ctx)}")
        cookies.clear(ctx, response, "at")
        return response
    response = ctx.redirect_to(next_of(ctx))
    cookies.set_token(ctx, response, token_of(ctx, row))
    return response


def token_of(ctx: Context, row: SignIn) -> str:
    """Make the token of a sign-in."""
    return tokens.for_person(ctx.session, row=row, settings=cookies.settings(ctx))


def next_of(ctx: Context) -> str:
    """Answer where the person wanted to go."""
    return rules.safe_next(ctx.request.args.get("next") or door.next_of(ctx))


def query(ctx: Context) -> str:
    """Carry that on to the next page."""
    return urlencode({"next": next_of(ctx)})


def _remember_language(ctx: Context, response: Response, account: Account) -> None:
    if not ctx.prefs.lang:
        prefs = ctx.prefs.chosen({"lang": account.person.language}).dump()
        response.set_cookie("prefs", prefs, max_age=365 * 86400, path="/", samesite="Lax")
