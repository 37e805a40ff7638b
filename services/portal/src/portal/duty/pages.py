"""Pages of the duty roster: a day, and the form that puts learners on duty."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import ngettext
from chassis.pages import Form
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from portal.duty import rules, service, wording
from portal.duty.schemas import DutyForm
from portal.groups import access
from portal.groups import rules as groups_rules
from portal.groups import service as groups

READ, WRITE = "portal.duty.read", "portal.duty.write"


def duties_page(ctx: Context) -> Any:
    """Show who is on duty on a day."""
    return _day(ctx, _asked(ctx))


def new_page(ctx: Context) -> Any:
    """Show the form that puts learners on duty."""
    day = f"{_asked(ctx):%d.%m.%Y}"
    return _form(ctx, Form.of({"first_day": day, "last_day": day, "kind": "detail"}))


def enter(ctx: Context) -> Any:
    """Put learners on duty."""
    form = ctx.form(DutyForm)
    if form.valid:
        data = {**form.data, "people": rules.numbers(form.data["people"])}
        try:
            made = service.enter(
                session=ctx.session,
                data=data,
                by=ctx.identity.person_id,
                now=ctx.now,
                where=access.groups(ctx),
            )
        except Invalid as refusal:
            for error in refusal.errors:
                form.refuse(error.pointer.strip("/"), str(error.text))
        else:
            ctx.flash(ngettext("%(n)s duty was entered", "%(n)s duties were entered", made), "ok")
            return ctx.redirect("duty.duties_page", day=f"{data['first_day']:%d.%m.%Y}")
    return _form(ctx, form), 422


def withdraw(ctx: Context, id: UUID) -> Any:
    """Withdraw a duty."""
    posted = ctx.request.form
    day, reason = _asked(ctx), posted.get("reason", "").strip()[:400]
    if not reason:
        return _day(ctx, day, trouble=_("Say why the duty is withdrawn.")), 422
    try:
        service.withdraw(
            session=ctx.session,
            id=id,
            version=posted.get("version", type=int) or 0,
            reason=reason,
            by=ctx.identity.person_id,
            now=ctx.now,
            where=access.groups(ctx),
        )
    except Conflict as refusal:
        ctx.session.rollback()
        return _day(ctx, day, trouble=str(refusal.detail or refusal.title)), refusal.status
    ctx.flash(_("The duty is withdrawn"), "ok")
    return ctx.redirect("duty.duties_page", day=f"{day:%d.%m.%Y}")


def _asked(ctx: Context) -> date:
    """Read the day of the address or the form; today when it is none."""
    text = ctx.request.values.get("day", "")
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 — a date of the academy
    except ValueError:
        return clock.today()


def _day(ctx: Context, day: date, *, trouble: str = "") -> Any:
    duties = service.list_day(session=ctx.session, day=day, where=access.groups(ctx))
    return ctx.render(
        "portal/duty/duties.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        duties=[(groups_rules.full_name(one._asdict()), one) for one in duties],
        kinds=wording.KINDS,
        trouble=trouble,
    )


def _form(ctx: Context, form: Form) -> Any:
    found = groups.list_groups(session=ctx.session, where=access.groups(ctx))
    return ctx.render(
        "portal/duty/form.html",
        form=form,
        kinds=list(wording.KINDS.items()),
        groups=[(one.code, one.code) for one in found],
        crumbs=[(_("Duty roster"), "/portal/duties"), (_("Put on duty"), None)],
    )


ROUTES = (
    page("GET", "/duties", duties_page, access=READ),
    page("GET", "/duties/new", new_page, access=WRITE),
    page("POST", "/duties/new", enter, access=WRITE),
    page("POST", "/duties/<uuid:id>/withdraw", withdraw, access=WRITE),
)
