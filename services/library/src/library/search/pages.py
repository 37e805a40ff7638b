"""Pages of search: the catalogue and a record, open to everybody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request, url_for
from marshmallow import ValidationError

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.kept import Kept
from chassis.problems import Invalid
from chassis.routes import PUBLIC, page
from library.search import service
from library.search.schemas import SearchQuery

SIZE = 20

LANGUAGES = {
    "kk": _l("Kazakh"),
    "ru": _l("Russian"),
    "en": _l("English"),
    "de": _l("German"),
    "fr": _l("French"),
    "it": _l("Italian"),
    "es": _l("Spanish"),
    "uk": _l("Ukrainian"),
}
KINDS = {
    "book": _l("Book"),
    "article": _l("Article"),
    "serial": _l("Serial"),
    "score": _l("Score"),
    "sound": _l("Sound recording"),
    "video": _l("Video"),
    "map": _l("Map"),
    "image": _l("Picture"),
    "electronic": _l("Electronic resource"),
    "other": _l("Other"),
}
FACETS = {"language": _l("Language"), "kind": _l("Kind"), "decade": _l("Published in the years")}


def catalogue_page(ctx: Context) -> Any:
    """Show the catalogue: the search bar, results and facets."""
    try:
        query = SearchQuery(unknown="exclude").load(request.args.to_dict())
    except ValidationError as error:
        raise Invalid from error
    filters = {name: query[name] for name in ("language", "kind", "decade", "on_shelf") if query[name]}
    found = service.search(ctx.session, query=query["q"], filters=filters, page=query["page"], size=SIZE)
    asked = {"q": query["q"], **filters} if query["q"] else filters
    return Kept(
        lambda: ctx.render(
            "library/search/catalogue.html",
            found=found,
            query=query["q"],
            page=query["page"],
            pages=max(1, -(-found.total // SIZE)),
            groups=_facet_groups(found, asked),
            chips=[(_word(name, value), _url(asked, name, "")) for name, value in filters.items()],
            used=len(filters),
            url_of=lambda number: _url(asked, "page", str(number)),
            words={"language": LANGUAGES, "kind": KINDS},
        )
    )


def _url(asked: Mapping[str, str], name: str, value: str) -> str:
    """Build the address of the same question with one part changed; an empty value takes the part away."""
    changed: dict[str, Any] = {key: text for key, text in {**asked, name: value}.items() if text}
    return url_for("search.catalogue_page", **changed)


def _word(name: str, value: str) -> str:
    if name == "on_shelf":
        return _("On the shelf now")
    if name == "decade":
        return f"{value}–{int(value) + 9}"
    return str({"language": LANGUAGES, "kind": KINDS}[name].get(value, value))


def _facet_groups(found: service.Found, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    on_shelf = {
        "label": _("On the shelf now"),
        "count": found.on_shelf,
        "url": _url(asked, "on_shelf", "" if asked.get("on_shelf") else "1"),
        "on": bool(asked.get("on_shelf")),
    }
    groups = [{"title": _("Availability"), "items": [on_shelf]}]
    for name, title in FACETS.items():
        items = [_facet(name, str(value), count, asked) for value, count in found.facets.get(name, ())[:10]]
        if items:
            groups.append({"title": str(title), "items": items})
    return groups


def _facet(name: str, value: str, count: int, asked: Mapping[str, str]) -> dict[str, Any]:
    on = asked.get(name) == value
    return {
        "label": _word(name, value),
        "count": count,
        "url": _url(asked, name, "" if on else value),
        "on": on,
    }


def record_page(ctx: Context, id: UUID) -> Any:
    """Show a record, its copies and its MARC fields."""
    record = service.get_record_or_raise(ctx.session, record_id=id)
    copies = service.list_copies(ctx.session, record_id=id)
    return ctx.render(
        "library/search/record.html",
        record=record,
        copies=copies,
        words={"language": LANGUAGES, "kind": KINDS},
    )


ROUTES = (
    page("GET", "/", catalogue_page, access=PUBLIC),
    page("GET", "/records/<uuid:id>", record_page, access=PUBLIC),
)
