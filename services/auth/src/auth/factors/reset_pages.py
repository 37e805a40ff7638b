"""The second factor of somebody else: the unit takes it off who lost it (clause 10)."""

from typing import Any
from uuid import UUID

from auth.accounts.served import account_of
from auth.factors import service
from auth.forms import OrderForm, refuse
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def reset_page(ctx: Context, id: UUID) -> Any:
    """Say what a reset means, and ask for its order."""
    return _form(ctx, id, Form())


def reset(ctx: Context, id: UUID) -> Any:
    """Take the second factor off; every sign-in of the person ends."""
    account = account_of(ctx, id)
    form = ctx.form(OrderForm)
    if not form.valid:
        return _form(ctx, id, form), 422
    try:
        service.reset(ctx.session, account=account, actor=ctx.identity.person_id, **form.data)
    except Invalid as refused:
        return _form(ctx, id, refuse(form, refused)), 422
    ctx.flash(_("The second factor is taken off; the person is signed out everywhere."), "warn")
    return ctx.redirect("people.person_page", id=id)


def _form(ctx: Context, id: UUID, form: Form) -> str:
    account = account_of(ctx, id)
    factor = service.get(ctx.session, account.person_id)
    return ctx.render("auth/factors/reset.html", account=account, factor=factor, form=form)


ACCESS = "auth.account.factor"
ROUTES = (
    page("GET", "/people/<uuid:id>/second-factor", reset_page, access=ACCESS, step_up=True),
    page("POST", "/people/<uuid:id>/second-factor", reset, access=ACCESS, step_up=True),
)
