"""Operations of reopening."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.pages import paginate
from chassis.routes import api
from ejournal.journal import access
from ejournal.windows import service
from ejournal.windows.model import Reopening
from ejournal.windows.schemas import (
    GrantForm,
    RefusalForm,
    ReopeningIn,
    ReopeningOut,
    ReopeningPage,
    ReopeningQuery,
    VersionForm,
)

DECIDE = "ejournal.reopening.decide"
WRITE = "ejournal.cell.write"


def list_reopenings(ctx: Context) -> dict[str, Any]:
    """List the requests on the journals in my scope, those to decide first."""
    query = service.list_query(reader=access.reader(ctx), state=ctx.query.get("state", ""))
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    return {"items": found.items, "page": found.number, "pages": found.pages, "total": found.total}


def ask(ctx: Context, id: UUID) -> Reopening:
    """Ask for a closed column, or for every lesson of its week, with a reason and a term."""
    with access.refusals_audited(ctx, id):
        return service.ask(ctx.session, journal_id=id, data=ctx.body, reader=access.reader(ctx))


def grant(ctx: Context, id: UUID) -> Reopening:
    """Grant a request; its columns take marks until the end of its term and close by themselves."""
    return service.grant(ctx.session, id=id, reader=access.reader(ctx), **ctx.body)


def refuse(ctx: Context, id: UUID) -> Reopening:
    """Refuse a request with the reason in words."""
    return service.refuse(ctx.session, id=id, reader=access.reader(ctx), **ctx.body)


def withdraw(ctx: Context, id: UUID) -> Reopening:
    """Take back one's own request."""
    return service.withdraw(ctx.session, id=id, reader=access.reader(ctx), **ctx.body)


ROUTES = (
    api("GET", "/reopenings", list_reopenings, access=DECIDE, query=ReopeningQuery, answer=ReopeningPage),
    api("POST", "/journals/<uuid:id>/reopenings", ask, access=WRITE, body=ReopeningIn, answer=ReopeningOut, status=201),
    api("POST", "/reopenings/<uuid:id>/grant", grant, access=DECIDE, body=GrantForm, answer=ReopeningOut),
    api("POST", "/reopenings/<uuid:id>/refuse", refuse, access=DECIDE, body=RefusalForm, answer=ReopeningOut),
    api("POST", "/reopenings/<uuid:id>/withdraw", withdraw, access=WRITE, body=VersionForm, answer=ReopeningOut),
)  # fmt: skip
