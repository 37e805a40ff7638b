"""Pages of the academic calendar (clause 6.1)."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Conflict, Invalid, NotFound
from chassis.routes import SIGNED_IN, page
from portal.calendar import rules, service
from portal.calendar.schemas import DayOffForm, PeriodForm
from portal.schemas import title_of


def calendar_page(ctx: Context) -> Any:
    """Show periods with their halves, and days off."""
    today = clock.today()
    periods = service.list_periods(session=ctx.session)
    return ctx.render(
        "portal/calendar/calendar.html",
        periods=[(period, _numbers(period, today)) for period in periods],
        days_off=service.list_days_off(session=ctx.session),
        today=today,
    )


def new_period_page(ctx: Context) -> Any:
    """Show the form of a new period."""
    return _period_form(ctx, Form.of({}), None)


def create_period(ctx: Context) -> Any:
    """Add a period."""
    form = ctx.form(PeriodForm)
    if form.valid:
        data = dict(form.data)
        try:
            service.create_period(session=ctx.session, data={"title": title_of(data), **data})
        except Conflict as refusal:
            form.refuse("code", str(refusal.detail))
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            ctx.flash(_("The period is in the calendar"), "ok")
            return ctx.redirect("calendar.calendar_page")
    return _period_form(ctx, form, None), 422


def edit_period_page(ctx: Context, id: UUID) -> Any:
    """Show a period on its form."""
    period = service.get_or_raise(session=ctx.session, id=id)
    dates = {name: f"{getattr(period, name):%d.%m.%Y}" for name in ("starts", "half_ends", "ends")}
    titles = {f"title_{language}": text for language, text in period.title.items()}
    return _period_form(ctx, Form.of({"code": period.code, **dates, **titles}), period)


def change_period(ctx: Context, id: UUID) -> Any:
    """Change a period."""
    form = ctx.form(PeriodForm)
    period = service.get_or_raise(session=ctx.session, id=id)
    if form.valid:
        data = {name: value for name, value in form.data.items() if name != "code"}
        version = ctx.request.form.get("version", type=int) or 0
        try:
            service.change_period(
                session=ctx.session, id=id, version=version, data={"title": title_of(data), **data}
            )
        except Invalid as refusal:
            _refuse(form, refusal)
        else:
            ctx.flash(_("The period is changed"), "ok")
            return ctx.redirect("calendar.calendar_page")
    return _period_form(ctx, form, period), 422


def new_day_off_page(ctx: Context) -> Any:
    """Show the form of a day off."""
    return _day_off_form(ctx, Form.of({}))


def set_day_off(ctx: Context) -> Any:
    """Make a day a day off."""
    form = ctx.form(DayOffForm)
    if not form.valid:
        return _day_off_form(ctx, form), 422
    data = dict(form.data)
    service.set_day_off(session=ctx.session, day=data["day"], title=title_of(data))
    ctx.flash(_("The day off is in the calendar; timetables imported from now on leave it out"), "ok")
    return ctx.redirect("calendar.calendar_page")


def remove_day_off(ctx: Context, day: str) -> Any:
    """Make a day a working day again."""
    try:
        service.remove_day_off(session=ctx.session, day=date.fromisoformat(day))
    except ValueError:
        raise NotFound from None
    ctx.flash(_("The day is a working day again"), "ok")
    return ctx.redirect("calendar.calendar_page")


def _numbers(period: Any, today: date) -> dict[str, Any]:
    term = service.term_of(period)
    inside = period.starts <= today <= period.ends
    return {
        "weeks": rules.last_week(term),
        "now": rules.week_number(term, today) if inside else None,
        "over": period.ends < today,
    }


def _refuse(form: Form, refusal: Invalid) -> None:
    for error in refusal.errors:
        form.refuse(error.pointer.strip("/"), str(error.text))


def _period_form(ctx: Context, form: Form, period: Any) -> Any:
    crumbs = [(_("Academic calendar"), "/portal/calendar"), (_("Period"), None)]
    return ctx.render("portal/calendar/period.html", form=form, period=period, crumbs=crumbs)


def _day_off_form(ctx: Context, form: Form) -> Any:
    crumbs = [(_("Academic calendar"), "/portal/calendar"), (_("Day off"), None)]
    return ctx.render("portal/calendar/day_off.html", form=form, crumbs=crumbs)


ROUTES = (
    page("GET", "/calendar", calendar_page, access=SIGNED_IN),
    page("GET", "/calendar/periods/new", new_period_page, access="portal.calendar.write"),
    page("POST", "/calendar/periods/new", create_period, access="portal.calendar.write"),
    page("GET", "/calendar/periods/<uuid:id>", edit_period_page, access="portal.calendar.write"),
    page("POST", "/calendar/periods/<uuid:id>", change_period, access="portal.calendar.write"),
    page("GET", "/calendar/days-off/new", new_day_off_page, access="portal.calendar.write"),
    page("POST", "/calendar/days-off/new", set_day_off, access="portal.calendar.write"),
    page("POST", "/calendar/days-off/<day>/remove", remove_day_off, access="portal.calendar.write"),
)
