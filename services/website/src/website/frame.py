"""The frame of a public page: language from the address, absolute addresses in all languages, menu, one answer to all.

A public page knows nobody: it is made without identity, the same for everybody with the same preferences, so that the gateway may keep it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Response

from chassis.context import Context
from chassis.i18n import format_datetime
from chassis.routes import PUBLIC, Route, page
from design.menu import site_menu
from website.content.rules import LANGUAGES

LANGUAGE = "/<any(kk,ru,en):language>"


@dataclass(frozen=True)
class SitePage:
    """What a view answers: template, values, the section it belongs to, and the path behind the language.

    `paths` gives the path per language where addresses differ (an item's); `updated` is the moment shown in the footer.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    path: str = "/"
    paths: Mapping[str, str] | None = None
    updated: Any = None
    status: int = 200


View = Callable[..., SitePage | Response]


def site_page(path: str, view: View) -> Route:
    """Declare a public page: the language stands first in its address.

    Args:
        path: behind the language, `/news`.
        view: takes the context, then the values of the path; answers a `SitePage`, None for "not there", or a redirect.
    """

    @wraps(view)
    def show(ctx: Context, language: str, **values: Any) -> Response:
        ctx.speak(language)
        return answer(ctx, view(ctx, **values))

    return page("GET", LANGUAGE + path, show, access=PUBLIC, guarded=False)


def missing() -> SitePage:
    """Answer that there is nothing at this address, in the language of the address."""
    return SitePage("website/site/missing.html", status=404)


def answer(ctx: Context, made: SitePage | Response) -> Response:
    """Render a page with its frame; its ETag is the digest of its bytes."""
    if isinstance(made, Response):
        return made
    html = ctx.render(made.template, **frame(ctx, made), **made.values)
    response = Response(str(html), made.status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = ctx.language
    response.headers["Vary"] = "Cookie"
    response.headers["Cache-Control"] = "public, no-cache"
    if made.status == 200:
        response.add_etag(weak=True)
        response.make_conditional(ctx.request)
    return response


def frame(ctx: Context, made: SitePage) -> dict[str, Any]:
    """Give what the site's base template asks for."""
    paths = made.paths or dict.fromkeys(LANGUAGES, made.path)
    addresses = {language: f"{ctx.settings.public_url}/{language}{paths[language]}" for language in paths}
    return {
        "alternates": addresses,
        "canonical": addresses.get(ctx.language),
        "menu": site_menu(lambda code: f"/{ctx.language}/{code}", made.section),
        "section": made.section,
        "updated": format_datetime(made.updated, "long") if made.updated else None,
        "public_url": ctx.settings.public_url,
        "address": address_in(ctx.language),
    }


def address_in(language: str) -> Callable[[Any], str]:
    """Make the function that gives the address of an item's card in a language."""
    return lambda card: f"/{language}/{card.section}/{card.number}-{card.slug}"


def latest(*groups: Any) -> Any:
    """Give the latest change among cards; None when there are none."""
    return max((card.changed_at for cards in groups for card in cards), default=None)
