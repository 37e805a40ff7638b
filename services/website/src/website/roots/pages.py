"""Page of the journal's signed roots."""

from chassis.context import Context
from website.frame import SitePage, site_page
from witness import rules, service

PATH = "/journal-roots"
SHOWN = 12


def roots_page(ctx: Context) -> SitePage:
    """Show the latest roots this site received, when, and the fingerprint of the key that signed them."""
    rows = service.list_latest(ctx.session, limit=SHOWN)
    values = {
        "roots": rows,
        "keys": service.list_keys(ctx.session),
        "fingerprint": rules.fingerprint,
        "download": "/website/api/v1/journal-roots",
    }
    return SitePage(
        "website/roots/roots.html", values, path=PATH, updated=rows[0].received_at if rows else None
    )


ROUTES = (site_page(PATH, roots_page),)
