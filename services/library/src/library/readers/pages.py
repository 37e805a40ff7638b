"""Pages of readers: the card index."""

from typing import Any

from flask import request

from chassis.context import Context
from chassis.routes import page
from library.readers import service


def readers_page(ctx: Context) -> Any:
    """Find readers by the beginnings of their names."""
    query = request.args.get("q", "")[:100]
    readers = service.list_readers(ctx.session, query=query)
    return ctx.render("library/readers/readers.html", readers=readers, query=query)


ROUTES = (page("GET", "/readers", readers_page, access="library.reader.read"),)
