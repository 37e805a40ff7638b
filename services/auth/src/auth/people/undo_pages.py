"""Pages of taking an intake back: what it means, what stands against it, and the act."""

from collections import Counter
from typing import Any
from uuid import UUID

from auth.forms import refuse
from auth.people import intake, schemas, undo
from auth.people.model import Intake
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page


def undo_page(ctx: Context, id: UUID) -> Any:
    """Say what taking an intake back means, or name everything that stands against it."""
    return _show(ctx, intake.get_or_raise(ctx.session, id), Form())


def undo_intake(ctx: Context, id: UUID) -> Any:
    """Take an intake back, whole or not at all."""
    found = intake.get_or_raise(ctx.session, id, lock=True)
    form = ctx.form(schemas.UndoForm)
    if not form.valid:
        return _show(ctx, found, form), 422
    try:
        undo.undo(ctx.session, intake=found, reason=form.data["reason"], actor=ctx.identity.person_id)
    except Invalid as refused:
        return _show(ctx, found, refuse(form, Invalid(str(refused.title)))), 422
    ctx.flash(
        _("The intake is undone: whoever was entered is closed, what was changed is as before."), "warn"
    )
    return ctx.redirect("people.intake_page", id=id)


def _show(ctx: Context, found: Intake, form: Form) -> str:
    return ctx.render(
        "auth/people/undo.html",
        intake=found,
        form=form,
        counts=Counter(row["act"] for row in found.good),
        reasons=undo.reasons(ctx.session, intake=found, now=ctx.now),
        until=undo.until(found),
    )


ROUTES = (
    page("GET", "/intakes/<uuid:id>/undo", undo_page, access="auth.person.import", step_up=True),
    page("POST", "/intakes/<uuid:id>/undo", undo_intake, access="auth.person.import", step_up=True),
)
