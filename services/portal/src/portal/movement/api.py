"""Operations of movement."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.db import AnyRow
from chassis.pages import paginate
from chassis.routes import api
from portal.movement import preview, service
from portal.movement.schemas import (
    ApplyIn,
    CancellationIn,
    OrderIn,
    OrderPage,
    OrderQuery,
    OrderWithPreview,
)

READ, WRITE = "portal.movement.read", "portal.movement.write"


def list_orders(ctx: Context) -> dict[str, Any]:
    """List movement orders, the latest first."""
    found = paginate(
        ctx.session, service.list_query(), page=ctx.query["page"], size=ctx.query["size"], scalars=False
    )
    items = [_told(row) for row in found.items]
    return {"items": items, "page": found.number, "pages": found.pages, "total": found.total}


def get_order(ctx: Context, id: UUID) -> dict[str, Any]:
    """Give an order; of a draft also what it will change."""
    return _one(ctx, id)


def draft_order(ctx: Context) -> dict[str, Any]:
    """Write an order down and say what it will change; nothing is changed yet."""
    order = service.draft(session=ctx.session, data=ctx.body, by=ctx.identity.person_id, now=ctx.now)
    return _one(ctx, order.id)


def apply_order(ctx: Context, id: UUID) -> dict[str, Any]:
    """Apply an order that was looked at: from its day on the learner stands where it says."""
    service.apply(session=ctx.session, id=id, **ctx.body, by=ctx.identity.person_id, now=ctx.now)
    return _one(ctx, id)


def draft_cancellation(ctx: Context, id: UUID) -> dict[str, Any]:
    """Write down the order that cancels an applied one, and say what it will change."""
    order = service.draft_cancellation(
        session=ctx.session, id=id, data=ctx.body, by=ctx.identity.person_id, now=ctx.now
    )
    return _one(ctx, order.id)


def _one(ctx: Context, id: UUID) -> dict[str, Any]:
    row = service.get_or_raise(session=ctx.session, id=id)
    is_draft = row.MovementOrder.state == "draft"
    shown = preview.make(session=ctx.session, order=row.MovementOrder) if is_draft else None
    return {**_told(row), "preview": shown}


def _told(row: AnyRow) -> dict[str, Any]:
    order = row.MovementOrder
    names = ("id", "person_id", "kind", "number", "order_date", "effective_on", "basis", "state", "cancelled")
    told = {name: getattr(order, name) for name in (*names, "cancels_id", "version")}
    return {**told, "group_code": row.group_code, "from_group_code": row.from_group_code}


ROUTES = (
    api("GET", "/movements", list_orders, access=READ, query=OrderQuery, answer=OrderPage),
    api("POST", "/movements", draft_order, access=WRITE, body=OrderIn, answer=OrderWithPreview, status=201),
    api("GET", "/movements/<uuid:id>", get_order, access=READ, answer=OrderWithPreview),
    api(
        "POST",
        "/movements/<uuid:id>/apply",
        apply_order,
        access=WRITE,
        body=ApplyIn,
        answer=OrderWithPreview,
    ),
    api(
        "POST",
        "/movements/<uuid:id>/cancellation",
        draft_cancellation,
        access=WRITE,
        body=CancellationIn,
        answer=OrderWithPreview,
        status=201,
    ),
)
