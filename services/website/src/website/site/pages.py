"""Pages of the site as a whole."""

from typing import Any

from flask import Response

from chassis import clock
from chassis.context import Context
from chassis.routes import PUBLIC, page
from website.applicants.pages import path_of, year_of
from website.blog.pages import question_of
from website.content import reading
from website.content.rules import LANGUAGES, SECTIONS
from website.frame import LANGUAGE, SitePage, latest, missing, site_page
from website.schedule.pages import event_of
from website.site import service
from website.statistics.pages import release

LONGEST_QUERY = 100


def root(ctx: Context) -> Response:
    """Lead to the language a visitor chose, or the browser asks for, else to Kazakh."""
    asked = ctx.request.accept_languages.best_match(LANGUAGES, "kk")
    response = Response(b"", 302, {"Location": f"/{ctx.prefs.lang or asked}/"})
    response.headers.update({"Vary": "Cookie, Accept-Language", "Cache-Control": "public, no-cache"})
    return response


def slash(_ctx: Context, language: str) -> Response:
    """Lead from `/kk` to `/kk/`."""
    return Response(b"", 301, {"Location": f"/{language}/", "Cache-Control": "public, no-cache"})


def home(ctx: Context) -> SitePage:
    """Show the home page."""
    found = service.gather_home(ctx.session, language=ctx.language, now=ctx.now, today=clock.today())
    question, figures = found.newest.get("question"), found.newest.get("release")
    values: dict[str, Any] = {
        "news": found.news,
        "events": [event_of(card) for card in found.events],
        "steps": path_of(found.steps),
        "year": year_of(found.steps),
        "question": question_of(question) if question else None,
        "release": release(figures, ctx.language) if figures else None,
    }
    return SitePage(
        "website/site/home.html", values, updated=latest(found.news, found.steps, found.newest.values())
    )


def search(ctx: Context) -> SitePage:
    """Find words in titles and summaries."""
    words = ctx.request.args.get("q", "").strip()[:LONGEST_QUERY]
    cards = reading.find(ctx.session, words=words, language=ctx.language, now=ctx.now) if words else []
    return SitePage("website/site/search.html", {"words": words, "cards": cards}, path="/search")


def not_there(_ctx: Context, rest: str) -> SitePage:  # noqa: ARG001 the address is in the request
    """Say in the language of the address that there is nothing."""
    return missing()


def sitemap(ctx: Context) -> Response:
    """List all public addresses with those of their translations."""
    groups: dict[int, dict[str, Any]] = {}
    for row in reading.list_addresses(ctx.session, now=ctx.now):
        group = groups.setdefault(row.number, {"changed": row.changed_at, "paths": {}})
        group["paths"][row.language] = f"/{row.language}/{row.section}/{row.number}-{row.slug}"
    fixed = [
        {"changed": None, "paths": {language: f"/{language}/{code}" for language in LANGUAGES}}
        for code in ("", *SECTIONS)
    ]
    values = {"groups": [*fixed, *groups.values()], "base": ctx.settings.public_url}
    xml = ctx.render("website/site/sitemap.xml", **values)
    headers = {"Cache-Control": "public, no-cache"}
    return Response(str(xml), content_type="application/xml; charset=utf-8", headers=headers)


def robots(ctx: Context) -> Response:
    """Say to searchers where the public pages are."""
    closed = "".join(f"Disallow: /{name}/\n" for name in ("auth", "portal", "journal", "website"))
    text = f"User-agent: *\n{closed}Sitemap: {ctx.settings.public_url}/sitemap.xml\n"
    return Response(
        text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, no-cache"}
    )


ROUTES = (
    page("GET", "/", root, access=PUBLIC, guarded=False),
    page("GET", LANGUAGE, slash, access=PUBLIC, guarded=False),
    site_page("/", home),
    site_page("/search", search),
    page("GET", "/sitemap.xml", sitemap, access=PUBLIC, guarded=False),
    page("GET", "/robots.txt", robots, access=PUBLIC, guarded=False),
    site_page("/<path:rest>", not_there),
)
