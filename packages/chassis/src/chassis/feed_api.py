"""The feed routes of a service: one for each feed it writes, open to programs with the scope ``feed:<feed>``.

They stand under ``<prefix>/feeds/``, not under ``/api/v1``: a feed's form is versioned by its event types.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response

from chassis.events import BATCH_TYPE
from chassis.feed import LIMIT, MAX_LIMIT, Batch, CursorAhead, CursorTooOld, Waiting, dump
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid, Problem
from chassis.routes import Program, Route

if TYPE_CHECKING:
    from chassis.context import Context, State
    from chassis.service import Service

_WAITING = "chassis.feed"


class CursorFromTheFuture(Problem):
    """The cursor is above the head of the feed: it belongs to another log."""

    code = "chassis.cursor-from-the-future"
    status = 400
    title = _l("This cursor is ahead of the feed")


class CursorExpired(Problem):
    """Events after the cursor are no longer kept."""

    code = "chassis.cursor-expired"
    status = 410
    title = _l("The events after this cursor are no longer kept")


def routes(service: Service) -> tuple[Route, ...]:
    """Give the routes of the feeds a service writes; the factory mounts them under ``service.base``."""
    return tuple(_route(feed) for feed in service.feeds)


def _route(feed: str) -> Route:
    def view(ctx: Context) -> Response:
        return serve(ctx, feed)

    view.__name__ = f"read_{feed.replace('/', '_')}"
    view.__doc__ = f"""Read feed {feed}.

    The events after `lastEventId` (a sequence, or an event's id), at most `limit`, as a CloudEvents batch. With `timeout`
    (milliseconds) an empty answer waits for the next event. The headers `Feed-Log`, `Feed-Head` and `Feed-Oldest` say which log
    this is and where it stands. 400: the cursor is ahead of the feed. 410: events after the cursor are no longer kept.
    """
    return Route(method="GET", path=f"/feeds/{feed}", view=view, access=Program(f"feed:{feed}"), is_api=True)


def serve(ctx: Context, feed: str) -> Response:
    """Answer one read of a feed."""
    args = ctx.request.args
    after = _cursor(args.get("lastEventId", "0"))
    limit = min(_number("limit", args.get("limit", str(LIMIT)), 1), MAX_LIMIT)
    seconds = _number("timeout", args.get("timeout", "0"), 0) / 1000
    try:
        batch = _waiting(ctx.state).read(ctx.session, feed, after, limit=limit, seconds=seconds)
    except CursorAhead as refused:
        return _answer(CursorFromTheFuture(), refused.batch)
    except CursorTooOld as refused:
        return _answer(CursorExpired(), refused.batch)
    return _answer(None, batch)


def _answer(problem: Problem | None, batch: Batch) -> Response:
    if problem is None:
        response = Response(dump(batch.events), content_type=BATCH_TYPE)
    else:
        body = json.dumps(problem.document(), ensure_ascii=False)
        response = Response(body, problem.status, content_type="application/problem+json")
    response.headers["Feed-Log"] = str(batch.log)
    response.headers["Feed-Head"] = str(batch.head)
    response.headers["Feed-Oldest"] = str(batch.oldest)
    response.headers["Cache-Control"] = "no-store"
    return response


def _waiting(state: State) -> Waiting:
    """Give the waiting room of this process; it is opened by the first request, so after the fork."""
    kept: dict[str, Any] = state.app.extensions
    if _WAITING not in kept:
        mine = Waiting(state.engine)
        if kept.setdefault(_WAITING, mine) is mine:
            state.closers.append(mine.close)
    room: Waiting = kept[_WAITING]
    return room


def _cursor(text: str) -> int | UUID:
    try:
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else UUID(text)
    except ValueError:
        raise Invalid(
            errors=[FieldError("/lastEventId", _("A cursor is the sequence or the id of an event."))]
        ) from None


def _number(name: str, text: str, least: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least:
        return int(text)
    words = _("Expected a whole number, %(least)s or more.", least=least)
    raise Invalid(errors=[FieldError(f"/{name}", words)])
