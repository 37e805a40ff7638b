"""The API of appeals."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.db import AnyRow
from chassis.pages import PageQuery, paginate
from chassis.routes import api
from ejournal.appeals import service
from ejournal.appeals.schemas import AppealIn, AppealOut, AppealPage, DecisionIn, OwnAttempts
from ejournal.journal import access
from ejournal.journal.service import Reader

FILE = "ejournal.appeal.file"
DECIDE = "ejournal.appeal.decide"


def list_own(ctx: Context) -> dict[str, Any]:
    """List my attempts with their appeals; `refusals` is empty where an appeal may be filed."""
    rows = service.list_own(ctx.session, person_id=ctx.identity.person_id)
    return {
        "items": [
            {
                **row._mapping,
                "until": service.term_of(ctx.session, row),
                "refusals": service.why_not(ctx.session, row),
            }
            for row in rows
        ]
    }


def file_appeal(ctx: Context, id: UUID) -> Any:
    """File an appeal against the mark of one of my attempts."""
    me = ctx.identity.person_id
    appeal_id = service.file(ctx.session, attempt_id=id, person_id=me, reason=ctx.body["reason"])
    return next(row for row in service.list_own(ctx.session, person_id=me) if row.id == appeal_id)


def list_appeals(ctx: Context) -> dict[str, Any]:
    """List the appeals in my scope, those to decide first."""
    query = service.list_query(reader=access.reader(ctx))
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    return {"items": found.items, "page": found.number, "pages": found.pages, "total": found.total}


def get_appeal(ctx: Context, id: UUID) -> Any:
    """Read an appeal."""
    with access.refusals_audited(ctx, id, "appeal"):
        return _told(ctx, service.get_or_raise(ctx.session, appeal_id=id, reader=access.reader(ctx)))


def _told(ctx: Context, row: AnyRow) -> dict[str, Any]:
    found = service.find_rectification(ctx.session, row)
    return {**row._mapping, "rectification_id": found.id if found else None}


def decide_appeal(ctx: Context, id: UUID) -> Any:
    """Record what the commission decided.

    A changed mark goes into a rectification of the sealed statement, issued by the order named here, and holds when that is sealed.
    """
    with access.refusals_audited(ctx, id, "appeal"):
        reader: Reader = access.reader(ctx)
        return _told(ctx, service.decide(ctx.session, appeal_id=id, reader=reader, **ctx.body))


ROUTES = (
    api("GET", "/my/attempts", list_own, access=FILE, answer=OwnAttempts),
    api(
        "POST",
        "/my/attempts/<uuid:id>/appeal",
        file_appeal,
        access=FILE,
        body=AppealIn,
        answer=AppealOut,
        status=201,
    ),
    api("GET", "/appeals", list_appeals, access=DECIDE, query=PageQuery, answer=AppealPage),
    api("GET", "/appeals/<uuid:id>", get_appeal, access=DECIDE, answer=AppealOut),
    api(
        "POST", "/appeals/<uuid:id>/decision", decide_appeal, access=DECIDE, body=DecisionIn, answer=AppealOut
    ),
)
