"""What the editor's form shows: stored or typed, with the standing of each translation and the last lawful date of an event."""

from typing import Any

from chassis.context import Context
from chassis.i18n import format_date
from chassis.pages import Form
from design.menu import SECTIONS as NAMES
from website.content import editing
from website.content.editing import EditedBlock
from website.content.model import Item
from website.content.rules import LANGUAGES, SECTIONS, last_lawful_date

SPARE_BLOCKS = 2
OK = dict.fromkeys(LANGUAGES, "ok")


def desk_values(
    ctx: Context,
    *,
    section: str,
    kind: str,
    item: Item | None = None,
    typed: dict[str, Any] | None = None,
    form: Form | None = None,
    refusal: Any = None,
    changed: bool = False,
) -> dict[str, Any]:
    """Give the values of the editor's form.

    Args:
        ctx: of the request.
        section: code of the section.
        kind: what the item is.
        item: the stored item; None for a new one.
        typed: what was sent, when it is shown again.
        form: the faults of what was sent.
        refusal: why it was not saved or published.
        changed: somebody else saved in between.
    """
    texts = typed or (_stored(ctx, item) if item else {"title": {}, "summary": {}, "place": {}, "blocks": []})
    blocks = texts["blocks"]
    shown = [b if isinstance(b, EditedBlock) else _typed(b) for b in blocks if _filled(b)]
    spare = [EditedBlock(None, "paragraph", dict.fromkeys(LANGUAGES, ""), OK)] * SPARE_BLOCKS
    return {
        "item": item,
        "section": section,
        "section_name": NAMES[section],
        "kind": kind,
        "policy": SECTIONS[section].policy,
        "texts": texts,
        "blocks": [*shown, *spare],
        "form": form or Form(),
        "refusal": refusal,
        "changed": changed,
        "may_publish": bool(ctx.can("website.item.publish")),
        "lawful": last_lawful_date(item.starts_on)
        if item and item.international and item.starts_on
        else None,
        "breaches": editing.list_breaches(ctx.session, item_id=item.id) if item else [],
    }


def _stored(ctx: Context, item: Item) -> dict[str, Any]:
    return {
        **editing.read_texts(ctx.session, item=item),
        "place": item.facts.get("place", {}),
        "blocks": editing.read_blocks(ctx.session, item=item),
        "starts_on": format_date(item.starts_on) if item.starts_on else "",
        "ends_on": format_date(item.ends_on) if item.ends_on else "",
        "international": item.international,
    }


def _filled(block: Any) -> bool:
    text = block.text if isinstance(block, EditedBlock) else block["text"]
    return any(text.values())


def _typed(block: dict[str, Any]) -> EditedBlock:
    return EditedBlock(block["id"], block["kind"], block["text"], OK)
