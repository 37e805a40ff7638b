"""Pages of hours planned and held: departments, the journals of one, and the same as a file."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response

from chassis import exports
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.routes import page
from ejournal.journal import access
from ejournal.lessons import hours, rules, wording
from ejournal.lessons.hours import Line

BOARD = "ejournal.board.read"


def hours_page(ctx: Context) -> Any:
    """Show hours planned and held by department, and by journal where one department is chosen or the only one."""
    periods, period, lines = _find(ctx)
    department = ctx.request.args.get("department", "")[:64]
    departments = hours.by_department(ctx.session, lines)
    chosen = [one for one in lines if one.department == department] if department else lines
    narrow = bool(department) or len(departments) == 1
    asked = {"period": str(period or ""), "department": department}
    return ctx.render(
        "ejournal/lessons/hours.html",
        periods=[(str(row.period_id), localized(row.title)) for row in periods],
        period=str(period or ""),
        department=department,
        departments=[(one.id, wording.name(one)) for one in departments],
        lines=chosen if narrow else departments,
        narrow=narrow,
        name=wording.name,
        total=rules.total([one.hours for one in chosen]),
        curriculum=sum(one.curriculum for one in chosen),
        percent=rules.percent,
        chart=wording.held_chart(chosen if narrow else departments),
        address=lambda code: "/journal/hours?" + urlencode({**asked, "department": code}),
        file=lambda kind: f"/journal/hours.{kind}?" + urlencode(asked),
        crumbs=[(_("Journals"), "/journal/"), (_("Hours planned and held"), None)],
    )


def _find(ctx: Context) -> tuple[Any, UUID | None, list[Line]]:
    periods = hours.list_periods(ctx.session)
    known = {str(row.period_id): row.period_id for row in periods}
    period = known.get(ctx.request.args.get("period", "")) or hours.present(periods)
    lines = hours.list_journals(ctx.session, reader=access.reader(ctx), period_id=period) if period else []
    return periods, period, lines


def hours_file(ctx: Context, kind: str) -> Response:
    """Answer the hours of the journals as CSV or XLSX."""
    _periods, _period, lines = _find(ctx)
    department = ctx.request.args.get("department", "")[:64]
    heads = [_("Discipline"), _("Group"), _("By the working curriculum"), _("By the timetable"), _("Held"), _("Not filled in"), "%"]  # fmt: skip
    rows = [
        [
            localized(one.title),
            one.group,
            one.curriculum,
            one.hours.planned,
            one.hours.held,
            one.hours.missing,
            one.percent,
        ]
        for one in lines
        if department in ("", one.department)
    ]
    return exports.response(kind, "hours", heads, rows)


ROUTES = (
    page("GET", "/hours", hours_page, access=BOARD),
    page("GET", "/hours.<kind>", hours_file, access=BOARD),
)
