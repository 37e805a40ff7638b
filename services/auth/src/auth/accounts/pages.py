"""Pages of accounts: open one, give a slip, block, unblock (clause 10)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import Schema

from auth.accounts import blocking, schemas, service, slips
from auth.accounts.model import Account
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
    return slips.printed(ctx, [account_of(ctx, id)], back=f"/auth/people/{id}/slip")


def block_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason and the order of a blocking."""
    return form_page(ctx, id, "block", Form())


def block(ctx: Context, id: UUID) -> Any:
    """Block an account: every sign-in ends, and the next click is refused."""

    def act(account: Account, data: dict[str, Any]) -> None:
        blocking.block(ctx.session, account=account, actor=ctx.identity.person_id, **data)
        ctx.flash(_("The account is blocked; the next click is refused."), "warn")

    return acted(ctx, id, "block", schemas.BlockForm, act)


def unblock_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order of an unblocking."""
    return form_page(ctx, id, "unblock", Form())


def unblock(ctx: Context, id: UUID) -> Any:
    """Unblock an account."""

    def act(account: Account, data: dict[str, Any]) -> None:
        blocking.unblock(ctx.session, account=account, actor=ctx.identity.person_id, **data)
        ctx.flash(_("The account works again."))

    return acted(ctx, id, "unblock", OrderForm, act)


def acted(
    ctx: Context, id: UUID, name: str, schema: type[Schema], act: Callable[[Account, dict[str, Any]], Any]
) -> Any:
    """Do what a form asks for and go back to the person; or show the form with what is wrong with it.

    An `act` that answers something has the last word: a second step, or a secret to show.
    """
    account, form = account_of(ctx, id), ctx.form(schema)
    if form.valid:
        try:
            answer = act(account, form.data)
        except Invalid as refused:
            return form_page(ctx, id, name, refuse(form, refused)), 422
        return answer or ctx.redirect("people.person_page", id=id)
    return form_page(ctx, id, name, form), 422


def form_page(ctx: Context, id: UUID, name: str, form: Form) -> str:
    """Show a form about an account."""
    return ctx.render(f"auth/accounts/{name}.html", form=form, account=account_of(ctx, id))


ROUTES = (
    page("POST", "/people/<uuid:id>/account", open_account, access="auth.account.create"),
    page("GET", "/people/<uuid:id>/slip", slip_page, access="auth.account.reset", step_up=True),
    page("POST", "/people/<uuid:id>/slip", print_slip, access="auth.account.reset", step_up=True),
    page("GET", "/people/<uuid:id>/block", block_page, access="auth.account.block", step_up=True),
    page("POST", "/people/<uuid:id>/block", block, access="auth.account.block", step_up=True),
    page("GET", "/people/<uuid:id>/unblock", unblock_page, access="auth.account.block", step_up=True),
    page("POST", "/people/<uuid:id>/unblock", unblock, access="auth.account.block", step_up=True),
)
