"""Pages of search: the catalogue and a record, open to everybody."""

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from chassis.context import Context
from chassis.i18n import lazy_gettext as _l
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
    return ctx.render(
        "library/search/catalogue.html",
        found=found,
        query=query["q"],
        filters=filters,
        number=query["page"],
        size=SIZE,
        words={"language": LANGUAGES, "kind": KINDS, "decade": {}},
        facet_titles=FACETS,
    )


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
