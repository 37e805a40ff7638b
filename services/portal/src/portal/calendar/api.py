"""Operations of the academic calendar."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.problems import NotFound
from chassis.routes import SIGNED_IN, api
from portal.calendar import service
from portal.calendar.model import Period
from portal.calendar.schemas import CalendarOut, DayOffIn, DayOffOut, PeriodChange, PeriodIn, PeriodOut


def get_calendar(ctx: Context) -> dict[str, Any]:
    """Give every period, the latest first, and the days off beyond the fixed holidays."""
    return {
        "periods": service.list_periods(session=ctx.session),
        "days_off": service.list_days_off(session=ctx.session),
    }


def create_period(ctx: Context) -> Period:
    """Add a period."""
    return service.create_period(session=ctx.session, data=ctx.body)


def change_period(ctx: Context, id: UUID) -> Period:
    """Change a period; lessons that are already dated stay as they are."""
    version = ctx.body.pop("version")
    return service.change_period(session=ctx.session, id=id, version=version, data=ctx.body)


def set_day_off(ctx: Context, day: str) -> dict[str, Any]:
    """Make a day (ISO 8601) a day off; timetables imported later leave it out."""
    service.set_day_off(session=ctx.session, day=_day(day), title=ctx.body["title"])
    return {"day": _day(day), "title": ctx.body["title"]}


def remove_day_off(ctx: Context, day: str) -> None:
    """Make a day a working day again."""
    service.remove_day_off(session=ctx.session, day=_day(day))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


ROUTES = (
    api("GET", "/calendar", get_calendar, access=SIGNED_IN, answer=CalendarOut),
    api(
        "POST",
        "/periods",
        create_period,
        access="portal.calendar.write",
        body=PeriodIn,
        answer=PeriodOut,
        status=201,
    ),
    api(
        "PUT",
        "/periods/<uuid:id>",
        change_period,
        access="portal.calendar.write",
        body=PeriodChange,
        answer=PeriodOut,
    ),
    api(
        "PUT", "/days-off/<day>", set_day_off, access="portal.calendar.write", body=DayOffIn, answer=DayOffOut
    ),
    api("DELETE", "/days-off/<day>", remove_day_off, access="portal.calendar.write", status=204),
)
