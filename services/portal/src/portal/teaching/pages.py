"""Pages of teaching assignments."""

from collections.abc import Sequence
from typing import Any

from chassis import clock
from chassis.context import Context
from chassis.db import AnyRow
from chassis.routes import page
from portal.calendar import service as calendar
from portal.curricula.pages import CONTROL_TITLES
from portal.groups import service as groups
from portal.teaching import access, service


def assignments_page(ctx: Context) -> Any:
    """Show the assignments of a period within the person's scopes."""
    periods = calendar.list_periods(session=ctx.session)
    wanted = ctx.request.args.get("period", "")
    current = calendar.find_current(session=ctx.session, day=clock.today())
    period = next((row for row in periods if row.code == wanted), current)
    rows: Sequence[AnyRow] = ()
    if period:
        rows = service.list_assignments(
            session=ctx.session, period_id=period.id, where=access.assignments(ctx)
        )
    teachers = service.teachers_of(session=ctx.session, ids=[row.id for row in rows])
    return ctx.render(
        "portal/teaching/assignments.html",
        periods=periods,
        period=period,
        rows=rows,
        teachers=teachers,
        names=groups.names_of(session=ctx.session, ids={who for ids in teachers.values() for who in ids}),
        CONTROL_TITLES=CONTROL_TITLES,
    )


ROUTES = (page("GET", "/teaching", assignments_page, access="portal.teaching.read"),)
