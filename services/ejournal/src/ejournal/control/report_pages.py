"""Pages of reports: what a draft would change, by group and department, and for whom."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import RowMapping

from chassis import exports
from chassis.context import Context
from chassis.i18n import format_number, localized
from chassis.i18n import gettext as _
from chassis.problems import NotFound
from chassis.routes import page
from design.charts import Chart, grouped
from ejournal.control import drafts, recompute
from ejournal.control.model import RuleReport
from ejournal.fractions import decimal_text, exact
from ejournal.journal.service import Reader

MOST_IN_CHART = 8
SHOWN = 200


def ask_report(ctx: Context, id: UUID) -> Any:
    """Ask what a draft would change in a period; the page shows how far the report is."""
    draft = drafts.get_or_raise(ctx.session, id)
    try:
        period = UUID(ctx.request.form.get("period_id", ""))
    except ValueError:
        raise NotFound from None
    report = recompute.ask(ctx.session, draft=draft, period_id=period, actor=ctx.identity.person_id)
    return ctx.redirect("control.report_page", id=report.id)


def report_page(ctx: Context, id: UUID) -> Any:
    """Show a report, or how far it is."""
    report = recompute.get_or_raise(ctx.session, id)
    draft = drafts.get_or_raise(ctx.session, report.draft_id)
    people = _people(ctx, report) if report.finished_at else []
    departments = recompute.count(ctx.session, report=report, by="department")
    return ctx.render(
        "ejournal/control/report.html",
        report=report,
        draft=draft,
        counts=recompute.count(ctx.session, report=report)[0],
        groups=_rows(recompute.count(ctx.session, report=report, by="group")),
        departments=_rows(departments),
        chart=_chart(departments),
        people=people[:SHOWN],
        further=max(0, len(people) - SHOWN),
        crumbs=[
            (_("Journals"), "/journal/"),
            (_("Rules of marks"), "/journal/rules"),
            (draft.code, f"/journal/rules/drafts/{draft.id}"),
            (_("What changes"), None),
        ],
    )


def export_report(ctx: Context, id: UUID, kind: str) -> Response:
    """Give who would gain or lose admission, with names, as a table to keep."""
    report = recompute.get_or_raise(ctx.session, id)
    heads = [
        _("Admission to the examination"),
        _("Learner"),
        _("Group"),
        _("Discipline"),
        _("Rating now"),
        _("Rating then"),
    ]
    rows = (
        (
            _("gains") if one["kind"] == "gain" else _("loses"),
            one["name"], one["group"], localized(one["discipline"]), one["was"], one["becomes"],
        )
        for one in _people(ctx, report)
    )  # fmt: skip
    return exports.response(kind, "rule-report", heads, rows)


def export_counts(ctx: Context, id: UUID, kind: str) -> Response:
    """Give how many change by department and group as a table to keep."""
    report = recompute.get_or_raise(ctx.session, id)
    heads = [_("By"), _("Department or group"), *_count_heads()]
    rows = [
        (words, *row)
        for by, words in (("department", _("Department")), ("group", _("Group")))
        for row in _rows(recompute.count(ctx.session, report=report, by=by))
    ]
    return exports.response(kind, "rule-report-counts", heads, rows)


def _count_heads() -> list[str]:
    return [
        _("Learners"),
        _("P changes"),
        _("Rating changes"),
        _("Letter changes"),
        _("Gain admission"),
        _("Lose admission"),
    ]


def _rows(counts: Iterable[RowMapping]) -> list[tuple[Any, ...]]:
    names = ("learners", "p", "rd", "letters", "gains", "losses")
    return [(row["place"] or "—", *(int(row[name] or 0) for name in names)) for row in counts]


def _people(ctx: Context, report: RuleReport) -> list[dict[str, Any]]:
    reader = Reader(ctx.identity.person_id, ctx.can("ejournal.journal.read"))
    people = recompute.list_people(ctx.session, report=report, reader=reader)
    return [{**one, "was": _shown(one["was"]), "becomes": _shown(one["becomes"])} for one in people]


def _shown(stored: str | None) -> str:
    value = exact(stored)
    return "—" if value is None else format_number(Decimal(decimal_text(value)))


def _chart(departments: Sequence[RowMapping]) -> Chart | None:
    shown = [row for row in departments if row["gains"] or row["losses"]][:MOST_IN_CHART]
    if not shown:
        return None
    labels = [row["place"] or "—" for row in shown]
    series = {
        _("gain admission"): [int(row["gains"]) for row in shown],
        _("lose admission"): [int(row["losses"]) for row in shown],
    }
    return grouped(_("Admissions that change, by department"), labels, series)


ROUTES = (
    page("POST", "/rules/drafts/<uuid:id>/reports", ask_report, access="ejournal.rules.write"),
    page("GET", "/rules/reports/<uuid:id>", report_page, access="ejournal.rules.read"),
    page("GET", "/rules/reports/<uuid:id>/people.<kind>", export_report, access="ejournal.rules.read"),
    page("GET", "/rules/reports/<uuid:id>/counts.<kind>", export_counts, access="ejournal.rules.read"),
)
