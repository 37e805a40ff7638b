"""The routes the chassis adds to every service."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from chassis import gauges, health, metrics, operator
from chassis.context import Context, State
from chassis.errors import BadRequest
from chassis.events import BATCH_TYPE
from chassis.feed import LIMIT, MAX_LIMIT, Batch, CursorAhead, CursorTooOld, dump
from chassis.i18n import gettext as _
from chassis.openapi import docs_page, document
from chassis.preferences import A_YEAR, COOKIE, safe_path
from chassis.routes import PUBLIC, Program, Route


class FeedQuery(Schema):
    """How a consumer asks a feed."""

    lastEventId = fields.String(load_default="0", validate=validate.Length(max=40))  # noqa: N815
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MAX_LIMIT))
    timeout = fields.Integer(load_default=0, validate=validate.Range(0, 60_000))

    class Meta:
        """Other parameters are for later versions of the protocol."""

        unknown = EXCLUDE


def live(_ctx: Context) -> Any:
    """Answer that the process runs."""
    return health.live()


def ready(ctx: Context) -> Any:
    """Answer whether the service can work."""
    return health.ready(ctx.state.engine, ctx.state.verifier.keys.troubles, ctx.state.plan)


def show_metrics(ctx: Context) -> Response:
    """Answer the metrics in Prometheus' text form."""
    return Response(*metrics.view(gauges.Standing(ctx.state)))


def show_openapi(ctx: Context) -> Any:
    """Answer the OpenAPI document."""
    return document(ctx.state.service)


def show_docs(ctx: Context) -> Any:
    """Show the OpenAPI document as a page for people."""
    return docs_page(ctx)


def choose(ctx: Context) -> Response:
    """Keep what the person chose for reading, and go back."""
    prefs = ctx.prefs.chosen(ctx.request.form)
    address = ctx.request.form.get("next") or ctx.request.referrer or ""
    response = ctx.redirect_to(
        safe_path(address.removeprefix(ctx.settings.public_url)) or f"{ctx.state.service.prefix}/"
    )
    secure = urlsplit(ctx.settings.public_url).scheme == "https"
    response.set_cookie(COOKIE, prefs.dump(), max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def feed_view(feed: str) -> Any:
    """Make the view that serves one feed."""

    def serve_feed(ctx: Context) -> Response:
        """Answer the events after a cursor; wait for the next one when there is none yet."""
        try:
            batch = ctx.state.waiting.read(
                ctx.session,
                feed,
                _cursor(ctx.query["lastEventId"]),
                limit=ctx.query["limit"],
                seconds=ctx.query["timeout"] / 1000,
            )
        except CursorAhead as refusal:
            return _refused(refusal.batch, 400)
        except CursorTooOld as refusal:
            return _refused(refusal.batch, 410)
        return Response(dump(batch.events), 200, _place(batch), content_type=BATCH_TYPE)

    return serve_feed


def _cursor(text: str) -> int | UUID:
    try:
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else UUID(text)
    except ValueError:
        raise ValidationError({"lastEventId": [_("Neither a sequence nor the id of an event.")]}) from None


def _place(batch: Batch) -> dict[str, str]:
    return {
        "Feed-Log": str(batch.log),
        "Feed-Head": str(batch.head),
        "Feed-Oldest": str(batch.oldest),
        "Cache-Control": "no-store",
    }


def _refused(batch: Batch, status: int) -> Response:
    problem = BadRequest(
        _("This feed does not serve the cursor."), extra={"head": batch.head, "oldest": batch.oldest}
    )
    from chassis.dispatch import dump_json

    body = dump_json({**problem.document(), "status": status})
    return Response(body, status, _place(batch), content_type="application/problem+json")


def routes(state: State) -> list[tuple[str, Route]]:
    """List the chassis' own routes with their endpoints; their paths begin at the service's base."""

    def open_(method: str, path: str, view: Any, *, is_api: bool = True) -> tuple[str, Route]:
        endpoint = f"chassis.{view.__name__}"
        return endpoint, Route(
            method=method, path=path, view=view, access=PUBLIC, is_api=is_api, guarded=False
        )

    own = [
        open_("GET", "/health/live", live),
        open_("GET", "/health/ready", ready),
        open_("GET", "/metrics", show_metrics),
        open_("GET", "/openapi.json", show_openapi),
        open_("GET", "/docs", show_docs, is_api=False),
        open_("POST", "/preferences", choose, is_api=False),
    ]
    for feed in state.service.feeds:
        view = feed_view(feed)
        route = Route(
            method="GET",
            path=f"/feeds/{feed}",
            view=view,
            access=Program(f"feed:{feed}"),
            is_api=True,
            query=FeedQuery,
        )
        own.append((f"chassis.feed:{feed}", route))
    return own + [(f"chassis.{route.view.__name__}", route) for route in operator.routes(state.service)]
