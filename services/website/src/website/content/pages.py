"""Pages of the editor: the sections with their age, the list, the form with the languages side by side, publishing."""

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form, by_field
from chassis.problems import Conflict, NotFound
from chassis.routes import page
from design.menu import SECTIONS as NAMES
from website.content import editing, service
from website.content.desk import desk_values
from website.content.errors import ItemChanged
from website.content.forms import moment, read_content
from website.content.model import Item
from website.content.rules import SECTIONS
from website.content.schemas import ContentIn, ItemNew
from website.content.scopes import sections, within

WRITE, PUBLISH = "website.item.write", "website.item.publish"
EDIT = "/website/edit"


def overview(ctx: Context) -> Any:
    """Show the sections with their age, and the items an editor may work on."""
    section = request.args.get("section", "")
    section = section if section in SECTIONS else ""
    return ctx.render(
        "website/content/overview.html",
        shelves=editing.list_sections(ctx.session, within=sections(ctx), now=ctx.now),
        items=editing.list_items(ctx.session, within=within(ctx), section=section),
        chosen=section,
        names=NAMES,
        kinds=SECTIONS,
        today=clock.today(),
    )


def new_page(ctx: Context) -> Any:
    """Show the empty form of a new item."""
    section, kind = _where(request.args)
    service.check_section(ctx.session, section=section, within=sections(ctx))
    return ctx.render("website/content/edit.html", **desk_values(ctx, section=section, kind=kind))


def create(ctx: Context) -> Any:
    """Write the new draft and show it."""
    section, kind = _where(request.form)
    service.check_section(ctx.session, section=section, within=sections(ctx))
    typed = read_content(request.form)
    try:
        content = dict(ItemNew().load({**typed, "section": section, "kind": kind}))
    except ValidationError as error:
        return _again(ctx, section=section, kind=kind, typed=typed, form=Form(errors=by_field(error)))
    item = service.create_item(
        ctx.session, section=section, kind=kind, content=content, by=ctx.identity.person_id, now=ctx.now
    )
    ctx.flash(_("The draft is saved"), "ok")
    return ctx.redirect("content.edit_page", id=item.id)


def _where(given: Any) -> tuple[str, str]:
    section = given.get("section", "")
    if section not in SECTIONS:
        raise NotFound
    kind = given.get("kind") or SECTIONS[section].kinds[0]
    return section, kind if kind in SECTIONS[section].kinds else SECTIONS[section].kinds[0]


def _again(ctx: Context, *, section: str, kind: str, typed: Any, form: Form) -> Any:
    values = desk_values(ctx, section=section, kind=kind, typed=typed, form=form)
    return ctx.render("website/content/edit.html", **values), 422


def edit_page(ctx: Context, id: UUID) -> Any:
    """Show an item with its languages side by side."""
    item = service.get_item_or_raise(ctx.session, item_id=id, within=within(ctx))
    return ctx.render("website/content/edit.html", **_desk(ctx, item))


def _desk(ctx: Context, item: Item, **more: Any) -> dict[str, Any]:
    return desk_values(ctx, section=item.section, kind=item.kind, item=item, **more)


def save(ctx: Context, id: UUID) -> Any:
    """Save what was written; whoever saved in between is told of, and nothing is lost."""
    item = service.get_item_or_raise(ctx.session, item_id=id, within=within(ctx))
    typed = read_content(request.form)
    try:
        content = dict(ContentIn().load(typed))
    except ValidationError as error:
        form = Form(errors=by_field(error))
        return ctx.render("website/content/edit.html", **_desk(ctx, item, typed=typed, form=form)), 422
    try:
        service.save_item(
            ctx.session,
            item_id=id,
            version=_version(),
            content=content,
            by=ctx.identity.person_id,
            now=ctx.now,
            within=within(ctx),
        )
    except Conflict as refusal:
        values = _desk(ctx, item, typed=typed, refusal=refusal, changed=isinstance(refusal, ItemChanged))
        return ctx.render("website/content/edit.html", **values), refusal.status
    ctx.flash(_("Saved and public") if item.state == "published" else _("The draft is saved"), "ok")
    return ctx.redirect("content.edit_page", id=id)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def publish(ctx: Context, id: UUID) -> Any:
    """Let an item go public, or say every reason against it."""
    item = service.get_item_or_raise(ctx.session, item_id=id, within=within(ctx))
    try:
        at = moment(request.form.get("publish_on", ""), request.form.get("publish_time", ""))
    except ValueError:
        form = Form(values=request.form.to_dict()).refuse("publish_on", _("This is no date."))
        return ctx.render("website/content/edit.html", **_desk(ctx, item, form=form)), 422
    try:
        service.publish(
            ctx.session,
            item_id=id,
            version=_version(),
            publish_at=at,
            late_reason=request.form.get("late_reason", "")[:1000],
            by=ctx.identity.person_id,
            now=ctx.now,
            within=within(ctx),
        )
    except Conflict as refusal:
        ctx.session.expire(item)
        with ctx.session.no_autoflush:
            values = _desk(ctx, item, refusal=refusal)
        return ctx.render("website/content/edit.html", **values), refusal.status
    waits = at is not None and at > ctx.now
    ctx.flash(_("It will go public at the given time") if waits else _("Published"), "ok")
    return ctx.redirect("content.edit_page", id=id)


def unpublish(ctx: Context, id: UUID) -> Any:
    """Take an item off the site."""
    service.unpublish(
        ctx.session,
        item_id=id,
        version=_version(),
        by=ctx.identity.person_id,
        now=ctx.now,
        within=within(ctx),
    )
    ctx.flash(_("Taken off the site"), "ok")
    return ctx.redirect("content.edit_page", id=id)


ROUTES = (
    page("GET", f"{EDIT}/", overview, access=WRITE),
    page("GET", f"{EDIT}/new", new_page, access=WRITE),
    page("POST", f"{EDIT}/new", create, access=WRITE),
    page("GET", f"{EDIT}/<uuid:id>", edit_page, access=WRITE),
    page("POST", f"{EDIT}/<uuid:id>", save, access=WRITE),
    page("POST", f"{EDIT}/<uuid:id>/publish", publish, access=PUBLISH),
    page("POST", f"{EDIT}/<uuid:id>/unpublish", unpublish, access=PUBLISH),
)
