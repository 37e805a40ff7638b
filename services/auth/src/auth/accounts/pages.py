"""Pages of accounts: open one, give a slip, block, unblock (clause 10)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import Schema

from auth.accounts import schemas, service, slips
from auth.accounts.served import account_of
from auth.forms import OrderForm, refuse
from auth.people import reach
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def open_account(ctx: Context, id: UUID) -> Any:
    """Open an account for a person who has none; its password comes with the slip."""
    person = reach.serve_or_raise(ctx.session, id, scopes=ctx.scopes, me=ctx.identity.person_id)
    if service.get(ctx.session, id) is None:
        account = service.create(ctx.session, person=person, actor=ctx.identity.subject)
        ctx.flash(_("The account %(login)s is open. Print its slip now.", login=account.login))
    return ctx.redirect("people.person_page", id=id)


def slip_page(ctx: Context, id: UUID) -> Any:
    """Say what a new slip means, and in which language to print it."""
    return ctx.render("auth/accounts/slip.html", account=account_of(ctx, id))


def print_slip(ctx: Context, id: UUID) -> Any:
    """Make a new first password and print it; the old password stops working at once."""
    account = account_of(ctx, id)
    made = service.give_slips(ctx.session, accounts=[account], actor=ctx.identity.subject)
    return slips.response(ctx, made)


def block_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason and the order of a blocking."""
    return _form(ctx, id, "block", Form())


def block(ctx: Context, id: UUID) -> Any:
    """Block an account: every sign-in ends, and the next click is refused."""

    def act(data: dict[str, Any]) -> None:
        account = account_of(ctx, id)
        service.block(ctx.session, account=account, actor=ctx.identity.person_id, **data)
        ctx.flash(_("The account is blocked; the next click is refused."), "warn")

    return _acted(ctx, id, "block", schemas.BlockForm, act)


def unblock_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order of an unblocking."""
    return _form(ctx, id, "unblock", Form())


def unblock(ctx: Context, id: UUID) -> Any:
    """Unblock an account."""

    def act(data: dict[str, Any]) -> None:
        account = account_of(ctx, id)
        service.unblock(ctx.session, account=account, actor=ctx.identity.person_id, **data)
        ctx.flash(_("The account works again."))

    return _acted(ctx, id, "unblock", OrderForm, act)


def _acted(
    ctx: Context, id: UUID, name: str, schema: type[Schema], act: Callable[[dict[str, Any]], None]
) -> Any:
    form = ctx.form(schema)
    if form.valid:
        try:
            act(form.data)
        except Invalid as refused:
            return _form(ctx, id, name, refuse(form, refused)), 422
        return ctx.redirect("people.person_page", id=id)
    return _form(ctx, id, name, form), 422


def _form(ctx: Context, id: UUID, name: str, form: Form) -> str:
    account = account_of(ctx, id)
    return ctx.render(f"auth/accounts/{name}.html", form=form, account=account)


ROUTES = (
    page("POST", "/people/<uuid:id>/account", open_account, access="auth.account.create"),
    page("GET", "/people/<uuid:id>/slip", slip_page, access="auth.account.reset", step_up=True),
    page("POST", "/people/<uuid:id>/slip", print_slip, access="auth.account.reset", step_up=True),
    page("GET", "/people/<uuid:id>/block", block_page, access="auth.account.block", step_up=True),
    page("POST", "/people/<uuid:id>/block", block, access="auth.account.block", step_up=True),
    page("GET", "/people/<uuid:id>/unblock", unblock_page, access="auth.account.block", step_up=True),
    page("POST", "/people/<uuid:id>/unblock", unblock, access="auth.account.block", step_up=True),
)
