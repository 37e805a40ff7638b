"""Operations of content."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.context import Context
from chassis.routes import api
from website.content import service
from website.content.model import Item
from website.content.schemas import ItemChange, ItemList, ItemNew, ItemOut, ItemQuery, PublishIn, UnpublishIn
from website.content.scopes import sections, within


def list_items(ctx: Context) -> dict[str, Any]:
    """List the items of one's sections, the last changed first, 200 at the most."""
    statement = select(Item).where(within(ctx)).order_by(Item.changed_at.desc()).limit(200)
    if ctx.query["section"]:
        statement = statement.where(Item.section == ctx.query["section"])
    if ctx.query["state"]:
        statement = statement.where(Item.state == ctx.query["state"])
    return {"items": list(ctx.session.scalars(statement))}


def create_item(ctx: Context) -> Item:
    """Write a new draft."""
    content = dict(ctx.body)
    section, kind = content.pop("section"), content.pop("kind")
    service.check_section(ctx.session, section=section, within=sections(ctx))
    return service.create_item(
        ctx.session, section=section, kind=kind, content=content, by=ctx.identity.person_id, now=ctx.now
    )


def save_item(ctx: Context, id: UUID) -> Item:
    """Save an item on the ground of a version."""
    content = dict(ctx.body)
    return service.save_item(
        ctx.session,
        item_id=id,
        version=content.pop("version"),
        content=content,
        by=ctx.identity.person_id,
        now=ctx.now,
        within=within(ctx),
    )


def publish_item(ctx: Context, id: UUID) -> Item:
    """Let an item go public in both obligatory languages, at once or at a given time."""
    return service.publish(
        ctx.session, item_id=id, by=ctx.identity.person_id, now=ctx.now, within=within(ctx), **ctx.body
    )


def unpublish_item(ctx: Context, id: UUID) -> Item:
    """Take an item off the site."""
    return service.unpublish(
        ctx.session, item_id=id, by=ctx.identity.person_id, now=ctx.now, within=within(ctx), **ctx.body
    )


WRITE, PUBLISH = "website.item.write", "website.item.publish"
ROUTES = (
    api("GET", "/items", list_items, access=WRITE, query=ItemQuery, answer=ItemList),
    api("POST", "/items", create_item, access=WRITE, body=ItemNew, answer=ItemOut, status=201),
    api("PUT", "/items/<uuid:id>", save_item, access=WRITE, body=ItemChange, answer=ItemOut),
    api("POST", "/items/<uuid:id>/publish", publish_item, access=PUBLISH, body=PublishIn, answer=ItemOut),
    api(
        "POST", "/items/<uuid:id>/unpublish", unpublish_item, access=PUBLISH, body=UnpublishIn, answer=ItemOut
    ),
)
