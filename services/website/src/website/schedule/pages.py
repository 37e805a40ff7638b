"""Pages of the calendar of events."""

from typing import Any

from chassis import clock
from chassis.clock import ACADEMY
from chassis.context import Context
from chassis.i18n import format_date
from website.content.items import item_page
from website.content.reading import list_events
from website.content.rules import is_late
from website.frame import SitePage, latest, site_page
from website.schedule.rules import days_ahead


def event_of(card: Any) -> dict[str, Any]:
    """Give what a template shows of an event: day and month, place, days ahead, whether it was announced late."""
    announced = card.publish_at.astimezone(ACADEMY).date()
    first, last = card.starts_on, card.ends_on or card.starts_on
    return {
        "card": card,
        "month": format_date(first, "LLLL y").lower(),
        "day": first.day,
        "span": _span(first, last),
        "place": card.facts.get("place"),
        "ahead": days_ahead(announced, first),
        "late": is_late(international=card.international, starts_on=first, announced_on=announced),
    }


def _span(first: Any, last: Any) -> str:
    if first == last:
        return format_date(first, "day")
    if first.month == last.month:
        return f"{first.day}–{format_date(last, 'day')}"
    return f"{format_date(first, 'day')} – {format_date(last, 'day')}"


def schedule_page(ctx: Context) -> SitePage:
    """Show what is to come, and below it what is over."""
    today = clock.today()
    coming = list_events(ctx.session, language=ctx.language, now=ctx.now, today=today)
    past = list_events(ctx.session, language=ctx.language, now=ctx.now, today=today, limit=10, past=True)
    values = {"coming": [event_of(card) for card in coming], "past": [event_of(card) for card in past]}
    return SitePage(
        "website/schedule/schedule.html", values, "schedule", "/schedule", updated=latest(coming, past)
    )


ROUTES = (site_page("/schedule", schedule_page), item_page("schedule", "website/schedule/item.html"))
