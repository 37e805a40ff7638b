"""Pages of working curricula: the rows of a period, and disciplines."""

from itertools import groupby
from typing import Any

from chassis import clock
from chassis.context import Context
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized, sort_key
from chassis.routes import page
from portal.calendar import service as calendar
from portal.curricula import service
from portal.curricula.model import Discipline
from portal.groups import service as groups

CONTROL_TITLES = {"exam": _l("Exam"), "credit": _l("Credit test")}


def curriculum_page(ctx: Context) -> Any:
    """Show the rows of a period by audience, with the sum of credits of each."""
    periods = calendar.list_periods(session=ctx.session)
    wanted = ctx.request.args.get("period", "")
    current = calendar.find_current(session=ctx.session, day=clock.today())
    period = next((row for row in periods if row.code == wanted), current)
    where = ctx.scopes.where({"department": Discipline.department_code})
    rows = service.list_rows(session=ctx.session, period_id=period.id, where=where) if period else ()
    return ctx.render(
        "portal/curricula/curriculum.html",
        periods=periods,
        period=period,
        audiences=[(key, list(found)) for key, found in groupby(rows, key=_audience)],
        CONTROL_TITLES=CONTROL_TITLES,
    )


def disciplines_page(ctx: Context) -> Any:
    """Show the disciplines within the person's scopes."""
    text = ctx.request.args.get("q", "").strip()[:60]
    where = ctx.scopes.where({"department": Discipline.department_code})
    found = service.list_disciplines(session=ctx.session, where=where, text=text)
    return ctx.render(
        "portal/curricula/disciplines.html",
        disciplines=sorted(found, key=lambda one: sort_key(localized(one.title, ctx.language))),
        departments=groups.unit_titles(session=ctx.session, kind="department"),
        text=text,
    )


def _audience(row: Any) -> tuple[str, int | None]:
    return (row.group_code or row.programme, row.year_of_study)


ROUTES = (
    page("GET", "/curriculum", curriculum_page, access="portal.curriculum.read"),
    page("GET", "/disciplines", disciplines_page, access="portal.curriculum.read"),
)
