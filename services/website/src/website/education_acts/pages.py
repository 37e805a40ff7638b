"""Pages of the register of normative legal acts on education."""

from chassis.context import Context
from website.acts import register
from website.content.items import item_page
from website.frame import SitePage, site_page


def acts_page(ctx: Context) -> SitePage:
    """Show the register: number, date, text, link to the official publication."""
    return register(ctx, "education_acts")


ROUTES = (site_page("/education_acts", acts_page), item_page("education_acts"))
