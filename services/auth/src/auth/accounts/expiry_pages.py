"""Pages of the last day of accounts: of one person, of a study group or an intake, and what ends soon."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from auth.accounts import expiry, schemas
from auth.accounts.model import Account
from auth.accounts.pages import acted, form_page
from auth.accounts.served import account_of, accounts_of
from auth.forms import DATE, refuse
from auth.people import intake
from auth.people import service as people
from chassis.context import Context
from chassis.db import check_version
from chassis.i18n import gettext as _
from chassis.i18n import ngettext
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page

SHOWN = 200
PERMISSION = "auth.account.expire"


def term_page(ctx: Context, id: UUID) -> Any:
    """Ask for the last day of one account, and the order."""
    account = account_of(ctx, id)
    day = f"{account.expires_on:{DATE}}" if account.expires_on else ""
    return form_page(ctx, id, "term", Form.of({"expires_on": day, "version": account.version}))


def set_term(ctx: Context, id: UUID) -> Any:
    """Set or lift the last day of one account."""

    def act(account: Account, data: dict[str, Any]) -> None:
        check_version(account, data.pop("version"))
        expiry.set_last_day(ctx.session, accounts=[account], actor=ctx.identity.person_id, **data)
        ctx.flash(_("The term of the account is set."))

    return acted(ctx, id, "term", schemas.TermForm, act)


def terms_page(ctx: Context) -> Any:
    """Choose a study group or an intake, see its accounts with their terms, and set one last day for all."""
    return _terms_form(ctx, Form())


def set_terms(ctx: Context) -> Any:
    """Set or lift the last day of all accounts of a study group or an intake."""
    form, accounts = ctx.form(schemas.TermsForm), _chosen(ctx)
    if form.valid:
        try:
            changed = expiry.set_last_day(
                ctx.session, accounts=accounts, actor=ctx.identity.person_id, **form.data
            )
        except Invalid as refused:
            return _terms_form(ctx, refuse(form, refused)), 422
        ctx.flash(
            ngettext("The term of %(n)s account is set.", "The term of %(n)s accounts is set.", changed)
        )
        return ctx.redirect_to("/auth/accounts/ending")
    return _terms_form(ctx, form), 422


def ending_page(ctx: Context) -> Any:
    """List the accounts that end within thirty days."""
    found = expiry.list_ending(ctx.session, where=_within(ctx))
    return ctx.render(
        "auth/accounts/ending.html", accounts=found[:SHOWN], total=len(found), days=expiry.WARNED
    )


def _within(ctx: Context) -> ColumnElement[bool]:
    return people.within(ctx.scopes, me=ctx.identity.person_id)


def _asked(ctx: Context) -> tuple[str, UUID | None]:
    group, whole = ctx.request.args.get("group", "").strip()[:32], ctx.request.args.get("intake", "")
    try:
        return group, UUID(whole) if whole and not group else None
    except ValueError:
        return group, None


def _chosen(ctx: Context) -> list[Account]:
    group, whole = _asked(ctx)
    return accounts_of(ctx, group_code=group, intake_id=whole)


def _terms_form(ctx: Context, form: Form) -> str:
    group, whole = _asked(ctx)
    accounts = _chosen(ctx)
    intakes = [row[0] for row in intake.list_(ctx.session) if row[0].applied_at]
    return ctx.render(
        "auth/accounts/terms.html",
        form=form,
        group=group,
        intake_id=whole,
        intakes=intakes if ctx.scopes.everywhere else [],
        accounts=accounts[:SHOWN],
        total=len(accounts),
    )


ROUTES = (
    page("GET", "/people/<uuid:id>/term", term_page, access=PERMISSION, step_up=True),
    page("POST", "/people/<uuid:id>/term", set_term, access=PERMISSION, step_up=True),
    page("GET", "/accounts/terms", terms_page, access=PERMISSION, step_up=True),
    page("POST", "/accounts/terms", set_terms, access=PERMISSION, step_up=True),
    page("GET", "/accounts/ending", ending_page, access=PERMISSION),
)
