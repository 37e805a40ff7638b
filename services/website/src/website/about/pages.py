"""Pages about the academy."""

from itertools import groupby

from chassis.context import Context
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def about_page(ctx: Context) -> SitePage:
    """Show general information, the structure as a tree and the heads."""
    cards = list_section(ctx.session, section="about", language=ctx.language, now=ctx.now)
    kinds = {
        kind: list(found)
        for kind, found in groupby(sorted(cards, key=lambda c: c.kind), key=lambda c: c.kind)
    }
    units = kinds.get("unit", [])
    tree = [
        (top, [unit for unit in units if unit.facts.get("parent") == top.facts.get("code")])
        for top in units
        if not top.facts.get("parent")
    ]
    values = {"articles": kinds.get("page", []), "tree": tree, "heads": kinds.get("head", [])}
    return SitePage("website/about/about.html", values, "about", "/about", updated=latest(cards))


ROUTES = (site_page("/about", about_page), item_page("about"))
