"""Pages for applicants."""

from collections.abc import Sequence
from typing import Any

from chassis import clock
from chassis.context import Context
from chassis.i18n import format_date, language
from chassis.i18n import gettext as _
from website.applicants.rules import kazakh_until, places
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def path_of(cards: Sequence[Any]) -> list[dict[str, Any]]:
    """Give the steps of the applicant's path as the design shows them."""
    steps = [card for card in cards if card.kind == "step"]
    states = places([(step.starts_on, step.ends_on) for step in steps], clock.today())
    return [
        {"label": step.title, "note": step.summary, "when": _when(step, state), "state": state}
        for step, state in zip(steps, states, strict=True)
    ]


def year_of(cards: Sequence[Any]) -> int:
    """Give the year of admission: that of the last step."""
    return max(
        (card.ends_on or card.starts_on for card in cards if card.starts_on), default=clock.today()
    ).year


def _when(step: Any, state: str) -> str:
    last = step.ends_on or step.starts_on
    if last is None:
        return ""
    if state == "now" and step.starts_on <= clock.today():
        day = kazakh_until(last) if language() == "kk" else format_date(last, "day")
        return _("until %(day)s", day=day)
    months = dict.fromkeys(format_date(day, "LLLL").lower() for day in (step.starts_on, last))
    return "–".join(months)


def applicants_page(ctx: Context) -> SitePage:
    """Show the path to admission, the conditions and the documents."""
    cards = list_section(ctx.session, section="applicants", language=ctx.language, now=ctx.now)
    steps = [card for card in cards if card.kind == "step"]
    values = {
        "steps": path_of(cards),
        "year": year_of(steps),
        "articles": [card for card in cards if card.kind == "page"],
    }
    return SitePage(
        "website/applicants/applicants.html", values, "applicants", "/applicants", updated=latest(cards)
    )


ROUTES = (site_page("/applicants", applicants_page), item_page("applicants"))
