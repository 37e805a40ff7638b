"""Operations of search; the catalogue is open to everybody."""

from chassis.context import Context
from chassis.routes import PUBLIC, api
from library.search import service
from library.search.schemas import FoundOut, SearchQuery


def search(ctx: Context) -> service.Found:
    """Find records by words and facets."""
    query = ctx.query
    filters = {name: query[name] for name in ("language", "kind", "decade", "on_shelf")}
    return service.search(
        ctx.session, query=query["q"], filters=filters, page=query["page"], size=query["size"]
    )


ROUTES = (api("GET", "/records", search, access=PUBLIC, query=SearchQuery, answer=FoundOut),)
