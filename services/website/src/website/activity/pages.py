"""Pages of the fields of work."""

from chassis.context import Context
from website.content.items import item_page
from website.content.reading import list_section
from website.frame import SitePage, latest, site_page


def activity_page(ctx: Context) -> SitePage:
    """Show the fields of work."""
    cards = list_section(ctx.session, section="activity", language=ctx.language, now=ctx.now)
    values = {"articles": cards}
    return SitePage("website/activity/activity.html", values, "activity", "/activity", updated=latest(cards))


ROUTES = (site_page("/activity", activity_page), item_page("activity"))
