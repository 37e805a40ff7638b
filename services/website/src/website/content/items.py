"""The page of one item, the same in every section; an address with an old ending leads to the present one."""

from typing import Any

from flask import Response

from chassis.context import Context
from chassis.routes import Route
from website.content import reading
from website.content.rules import LANGUAGES
from website.frame import SitePage, missing, site_page


def item_page(section: str, template: str = "website/content/item.html") -> Route:
    """Declare the page of an item of a section: `/{language}/{section}/{number}-{slug}`."""

    def item(ctx: Context, number: int, slug: str) -> SitePage | Response:
        """Show an item."""
        return show(ctx, section, template, number=number, slug=slug)

    return site_page(f"/{section}/<int:number>-<slug>", item)


def show(ctx: Context, section: str, template: str, *, number: int, slug: str) -> SitePage | Response:
    """Show an item, or lead on to its present address, or say that there is none."""
    found = reading.get_item(ctx.session, section=section, number=number, language=ctx.language, now=ctx.now)
    if found is None:
        return missing()
    paths = {language: _path(found, section, language) for language in LANGUAGES}
    if slug != found.card.slug:
        return _moved(f"/{ctx.language}{paths[ctx.language]}")
    return SitePage(
        template,
        {"item": found.card, "reading": found},
        section=section,
        paths=paths,
        updated=found.card.changed_at,
    )


def _path(found: Any, section: str, language: str) -> str:
    slug = found.slugs.get(language) or found.slugs[found.card.source_language]
    return f"/{section}/{found.card.number}-{slug}"


def _moved(address: str) -> Response:
    return Response(b"", 301, {"Location": address, "Cache-Control": "public, no-cache"})
