"""Page of contacts."""

from chassis.context import Context
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def contacts_page(ctx: Context) -> SitePage:
    """Show how to reach the academy."""
    cards = list_section(ctx.session, section="contacts", language=ctx.language, now=ctx.now)
    return SitePage(
        "website/contacts/contacts.html", {"contacts": cards}, "contacts", "/contacts", updated=latest(cards)
    )


ROUTES = (site_page("/contacts", contacts_page), item_page("contacts"))
