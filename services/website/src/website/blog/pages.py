"""Pages of the chief's blog."""

from datetime import date
from typing import Any

from chassis.context import Context
from website.blog.rules import days_to_answer
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def question_of(card: Any) -> dict[str, Any]:
    """Give what a template shows of a question: the days and the card, whose summary is the answer."""
    facts = card.facts
    dates = {name: date.fromisoformat(facts[name]) for name in ("asked_on", "answered_on") if facts.get(name)}
    return {"card": card, "who": facts.get("who"), "days": days_to_answer(facts), **dates}


def blog_page(ctx: Context) -> SitePage:
    """Show the posts of the chief and the answered questions."""
    cards = list_section(ctx.session, section="blog", language=ctx.language, now=ctx.now)
    values = {
        "posts": [card for card in cards if card.kind == "page"],
        "questions": [question_of(card) for card in cards if card.kind == "question"],
    }
    return SitePage("website/blog/blog.html", values, "blog", "/blog", updated=latest(cards))


ROUTES = (site_page("/blog", blog_page), item_page("blog"))
