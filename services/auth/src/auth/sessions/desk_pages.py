"""Sign-ins of others: a person's sign-ins and history, ending those of a person, of a unit, of everybody."""

from typing import Any
from uuid import UUID

from auth.accounts.served import account_of
from auth.forms import OrderForm, refuse
from auth.people import reach
from auth.people import service as people
from auth.sessions import ending, history, living, schemas
from auth.sessions.ended_units import end_of
from auth.sessions.words import OUTCOMES, place
from chassis.context import Context
from chassis.i18n import ngettext
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page

READ, END = "auth.account.sign_ins", "auth.account.end_sessions"


def person_history(ctx: Context, id: UUID) -> Any:
    """Show where a person is signed in, and every try of ninety days."""
    person = people.get_or_raise(ctx.session, id, where=people.within(ctx.scopes, me=ctx.identity.person_id))
    return ctx.render(
        "auth/sessions/history.html",
        subject=person,
        rows=living.list_(ctx.session, person_id=id),
        found=history.list_(ctx.session, person_id=id, page=ctx.page_number),
        outcomes=OUTCOMES,
        place=place(ctx),
        url_of=(f"/auth/people/{id}/sign-ins?page=" + "{}").format,
        may=reach.rights(ctx.session, person, can=ctx.can, me=ctx.identity.person_id),
    )


def end_person_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order all sign-ins of a person are ended by."""
    return _person_form(ctx, id, Form())


def end_person(ctx: Context, id: UUID) -> Any:
    """End all sign-ins of a person; the next click is refused."""
    account = account_of(ctx, id)
    form = ctx.form(OrderForm)
    if not form.valid:
        return _person_form(ctx, id, form), 422
    count = ending.of_person(
        ctx.session, person_id=account.person_id, actor=ctx.identity.person_id, **form.data
    )
    _say(ctx, count)
    return ctx.redirect("people.person_page", id=id)


def end_many_page(ctx: Context) -> Any:
    """Ask whose sign-ins are ended, and by which order."""
    return _many_form(ctx, Form())


def end_many(ctx: Context) -> Any:
    """End the sign-ins of a unit or of everybody; one's own goes on."""
    form = ctx.form(schemas.EndForm)
    if not form.valid:
        return _many_form(ctx, form), 422
    try:
        _say(ctx, end_of(ctx, form.data))
    except Invalid as refused:
        return _many_form(ctx, refuse(form, refused)), 422
    return ctx.redirect("sessions.end_many_page")


def _say(ctx: Context, count: int) -> None:
    ctx.flash(ngettext("%(n)s sign-in is ended.", "%(n)s sign-ins are ended.", count), "warn")


def _person_form(ctx: Context, id: UUID, form: Form) -> str:
    account = account_of(ctx, id)
    rows = living.list_(ctx.session, person_id=account.person_id)
    return ctx.render("auth/sessions/end_person.html", account=account, count=len(rows), form=form)


def _many_form(ctx: Context, form: Form) -> str:
    units = reach.units_within(ctx.session, ctx.scopes)
    return ctx.render("auth/sessions/end_many.html", form=form, units=units, everybody=ctx.scopes.everywhere)


ROUTES = (
    page("GET", "/people/<uuid:id>/sign-ins", person_history, access=READ),
    page("GET", "/people/<uuid:id>/sign-ins/end", end_person_page, access=END, step_up=True),
    page("POST", "/people/<uuid:id>/sign-ins/end", end_person, access=END, step_up=True),
    page("GET", "/sign-ins/end", end_many_page, access=END, step_up=True),
    page("POST", "/sign-ins/end", end_many, access=END, step_up=True),
)
