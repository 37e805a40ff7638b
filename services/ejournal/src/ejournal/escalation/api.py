"""Operations of escalation."""

from typing import Any

from chassis.context import Context
from chassis.pages import paginate
from chassis.routes import api
from ejournal.escalation import service
from ejournal.escalation.schemas import EscalationList, EscalationQuery
from ejournal.journal import access


def list_escalations(ctx: Context) -> dict[str, Any]:
    """List to whom late entries were told and when, open ones first."""
    query = service.list_query(reader=access.reader(ctx), state=ctx.query["state"])
    found = paginate(ctx.session, query, page=ctx.query["page"], size=ctx.query["size"], scalars=False)
    return {"items": found.items, "page": found.number, "pages": found.pages, "total": found.total}


ROUTES = (
    api("GET", "/escalations", list_escalations, access="ejournal.board.read", query=EscalationQuery, answer=EscalationList),
)  # fmt: skip
