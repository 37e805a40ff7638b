"""Page of useful links."""

from chassis.context import Context
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def links_page(ctx: Context) -> SitePage:
    """Show own resources and those of partners with the agreement each link rests on."""
    cards = list_section(ctx.session, section="links", language=ctx.language, now=ctx.now)
    values = {
        "own": [card for card in cards if card.facts.get("own")],
        "partners": [card for card in cards if not card.facts.get("own")],
    }
    return SitePage("website/links/links.html", values, "links", "/links", updated=latest(cards))


ROUTES = (site_page("/links", links_page), item_page("links"))
