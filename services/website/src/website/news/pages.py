"""Pages of news: the list, the item, the feed for readers."""

from math import ceil

from flask import Response

from chassis.context import Context
from website.content.items import item_page
from website.content.reading import count_news, list_news
from website.frame import SitePage, address_in, latest, missing, site_page

SIZE = 12
FEED_SIZE = 30


def news_page(ctx: Context) -> SitePage:
    """Show news, the newest first."""
    number = ctx.page_number
    total = count_news(ctx.session, now=ctx.now)
    pages = max(1, ceil(total / SIZE))
    if number > pages:
        return missing()
    cards = list_news(ctx.session, language=ctx.language, now=ctx.now, limit=SIZE, offset=(number - 1) * SIZE)
    values = {"cards": cards, "page": number, "pages": pages, "url_of": lambda n: f"?page={n}"}
    return SitePage("website/news/news.html", values, "news", "/news", updated=latest(cards))


def news_atom(ctx: Context) -> Response:
    """Give the newest news as an Atom feed in the language of its address."""
    cards = list_news(ctx.session, language=ctx.language, now=ctx.now, limit=FEED_SIZE)
    base = ctx.settings.public_url
    values = {"cards": cards, "base": base, "updated": latest(cards), "address": address_in(ctx.language)}
    xml = ctx.render("website/news/atom.xml", **values)
    headers = {"Cache-Control": "public, no-cache"}
    return Response(str(xml), content_type="application/atom+xml; charset=utf-8", headers=headers)


ROUTES = (
    site_page("/news", news_page),
    site_page("/news.atom", news_atom),
    item_page("news", "website/news/item.html"),
)
