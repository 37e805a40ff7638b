"""Pages of statistics: the releases, the newest one with its chart, each as CSV."""

from datetime import date
from typing import Any

from flask import Response

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from design import charts
from website.content.items import item_page
from website.content.reading import get_item, list_section
from website.frame import SitePage, latest, missing, site_page
from website.statistics.rules import csv_of, is_due, table_of


def release(card: Any, language: str) -> dict[str, Any]:
    """Give what a template shows of a release: key figures, chart, dates, whether its renewal is due."""
    facts, table = card.facts, table_of(card.facts, language)
    dates = {name: date.fromisoformat(facts[name]) for name in ("as_of", "next_by") if facts.get(name)}
    kpis = [
        {"label": localized(kpi["label"]), "value": kpi["value"], "note": localized(kpi.get("note"))}
        for kpi in facts.get("kpis", ())
    ]
    return {
        "card": card,
        "kpis": kpis,
        "chart": charts.grouped(table.title, table.labels, table.series) if table else None,
        "csv_url": f"/{language}/statistics/{card.number}.csv" if table else None,
        "due": "next_by" in dates and is_due(dates["next_by"], clock.today()),
        **dates,
    }


def statistics_page(ctx: Context) -> SitePage:
    """Show the newest release in full and the earlier ones as a list."""
    cards = list_section(ctx.session, section="statistics", language=ctx.language, now=ctx.now)
    values = {"releases": [release(card, ctx.language) for card in cards]}
    return SitePage(
        "website/statistics/statistics.html", values, "statistics", "/statistics", updated=latest(cards)
    )


def statistics_csv(ctx: Context, number: int) -> SitePage | Response:
    """Give the figures of a release as CSV."""
    found = get_item(ctx.session, section="statistics", number=number, language=ctx.language, now=ctx.now)
    table = table_of(found.card.facts, ctx.language) if found else None
    if table is None:
        return missing()
    response = Response(csv_of(table, _("Year")), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="statistics-{number}.csv"'
    response.headers["Cache-Control"] = "public, no-cache"
    return response


ROUTES = (
    site_page("/statistics", statistics_page),
    site_page("/statistics/<int:number>.csv", statistics_csv),
    item_page("statistics"),
)
