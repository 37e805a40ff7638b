"""A register of acts, shared by the two sections of law (clauses 19.4 and 19.5)."""

from datetime import date

from chassis.context import Context
from website.content.reading import list_section
from website.frame import SitePage, latest


def register(ctx: Context, section: str) -> SitePage:
    """Show a register of acts: what is in force, by its number and date."""
    cards = list_section(ctx.session, section=section, language=ctx.language, now=ctx.now)
    acts = [(card, date.fromisoformat(card.facts["date"])) for card in cards if card.facts.get("date")]
    return SitePage(
        "website/content/acts.html", {"acts": acts}, section, f"/{section}", updated=latest(cards)
    )
