"""What a witness tells everybody: the roots it keeps. They tell nothing about marks."""

from typing import Any

from chassis.context import Context
from chassis.routes import PUBLIC, api
from witness import service
from witness.schemas import RootsOut, RootsQuery

FORM = "shanyraq-journal-roots-1"


def list_roots(ctx: Context) -> dict[str, Any]:
    """List the journal's signed roots this service keeps.

    The answer is the file `verify_journal.py --roots` takes. Roots come in their order, at most 10,000 from `first` on.
    """
    rows = service.list_roots(ctx.session, first=ctx.query["first"], limit=ctx.query["limit"])
    return {"form": FORM, "service": ctx.settings.service, "roots": [row._mapping for row in rows]}


ROUTES = (api("GET", "/journal-roots", list_roots, access=PUBLIC, query=RootsQuery, answer=RootsOut),)
