"""Operations of readers."""

from typing import Any

from chassis.context import Context
from chassis.routes import api
from library.readers import service
from library.readers.schemas import ReaderList, ReaderQuery


def list_readers(ctx: Context) -> dict[str, Any]:
    """List readers by words of their names."""
    return {"readers": service.list_readers(ctx.session, query=ctx.query["q"])}


ROUTES = (
    api("GET", "/readers", list_readers, access="library.reader.read", query=ReaderQuery, answer=ReaderList),
)
