"""The audit over HTTP, for a program that watches it."""

from typing import Any

from auth.trail import schemas, service
from chassis.context import Context
from chassis.routes import api


def list_rows(ctx: Context) -> Any:
    """List rows of the audit, newest first; `before` goes on where the last answer ended."""
    asked = dict(ctx.query)
    rows, following = service.search(ctx.session, size=asked.pop("size"), asked=service.Asked(**asked))
    return {"items": rows, "next": following}


ROUTES = (
    api(
        "GET",
        "/audit",
        list_rows,
        access="auth.audit.read",
        query=schemas.SearchQuery,
        answer=schemas.RowsOut,
        programs=True,
    ),
)
