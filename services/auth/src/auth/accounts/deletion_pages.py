"""The two pages of a deletion: the order first, then what goes and what stays, with the login typed by hand."""

from typing import Any
from uuid import UUID

from auth.accounts import deletion, schemas
from auth.accounts.model import Account
from auth.accounts.pages import acted, form_page
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page

PERMISSION = "auth.account.delete"


def delete_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason and the order of a deletion."""
    return form_page(ctx, id, "delete", Form())


def delete(ctx: Context, id: UUID) -> Any:
    """Show what a deletion takes away and ask once more; do it when the login was typed."""

    def act(account: Account, data: dict[str, Any]) -> Any:
        if "login" not in ctx.request.form:
            values = {
                name: ctx.request.form.get(name, "") for name in ("reason", "order_number", "order_date")
            }
            return ctx.render("auth/accounts/delete.html", account=account, form=Form.of(values), sure=True)
        data["login"] = data["login"] or ""
        deletion.delete_account(ctx.session, account=account, actor=ctx.identity.person_id, **data)
        ctx.flash(_("The account is deleted. Its login is never given again."), "warn")
        return None

    return acted(ctx, id, "delete", schemas.DeletionForm, act)


ROUTES = (
    page("GET", "/people/<uuid:id>/delete", delete_page, access=PERMISSION, step_up=True),
    page("POST", "/people/<uuid:id>/delete", delete, access=PERMISSION, step_up=True),
)
