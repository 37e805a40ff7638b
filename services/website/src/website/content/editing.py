"""What an editor reads: the sections with their age, items with their languages, one item with the standing of each block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from website.content.model import Block, BlockText, Breach, Item, ItemText, Section
from website.content.reading import is_public
from website.content.rules import LANGUAGES, digest, standing


def list_sections(session: Session, *, within: ColumnElement[bool], now: datetime) -> Sequence[AnyRow]:
    """List the sections with what is public there and the age of the newest (clauses 4.3 and 21)."""
    public = is_public(now)
    return session.execute(
        select(
            Section.code,
            Section.policy,
            func.count(Item.id).filter(public).label("public"),
            func.count(Item.id).filter(Item.state == "draft").label("drafts"),
            func.max(Item.changed_at).filter(public).label("changed"),
        )
        .outerjoin(Item, Item.section == Section.code)
        .where(within)
        .group_by(Section.code)
        .order_by(Section.position)
    ).all()


def list_items(
    session: Session, *, within: ColumnElement[bool], section: str = "", limit: int = 100
) -> list[dict[str, Any]]:
    """List items, the last changed first, with their title and how each language stands."""
    statement = select(Item).where(within).order_by(Item.changed_at.desc()).limit(limit)
    if section:
        statement = statement.where(Item.section == section)
    items = list(session.scalars(statement))
    texts: dict[UUID, dict[str, ItemText]] = {}
    for text in session.scalars(select(ItemText).where(ItemText.item_id.in_([item.id for item in items]))):
        texts.setdefault(text.item_id, {})[text.language] = text
    return [{"item": item, **_titles(item, texts.get(item.id, {}))} for item in items]


def _titles(item: Item, texts: dict[str, ItemText]) -> dict[str, Any]:
    source = texts.get(item.source_language)
    original = f"{source.title}\n{source.summary}" if source else ""
    found = {
        language: standing(original, text.title if text else "", text.source_hash if text else "")
        for language in LANGUAGES
        for text in (texts.get(language),)
    }
    found[item.source_language] = "ok"
    return {"titles": {code: text.title for code, text in texts.items()}, "standings": found}


@dataclass(frozen=True)
class EditedBlock:
    """A block on the editor's desk: its texts and how each stands to the original."""

    id: UUID | None
    kind: str
    text: dict[str, str]
    standings: dict[str, str]


def read_texts(session: Session, *, item: Item) -> dict[str, dict[str, str]]:
    """Give titles and summaries by language."""
    rows = list(session.scalars(select(ItemText).filter_by(item_id=item.id)))
    return {
        "title": {row.language: row.title for row in rows},
        "summary": {row.language: row.summary for row in rows},
    }


def read_blocks(session: Session, *, item: Item) -> list[EditedBlock]:
    """Give the blocks of an item in order, each translation with its standing."""
    rows = session.execute(
        select(Block.id, Block.kind, BlockText.language, BlockText.html, BlockText.source_hash)
        .outerjoin(BlockText, BlockText.block_id == Block.id)
        .where(Block.item_id == item.id)
        .order_by(Block.position)
    ).all()
    kinds = {row.id: row.kind for row in rows}
    found: list[EditedBlock] = []
    for block_id, kind in kinds.items():
        texts = {
            row.language: (row.html, row.source_hash) for row in rows if row.id == block_id and row.language
        }
        html = {language: texts.get(language, ("", ""))[0] for language in LANGUAGES}
        source = html[item.source_language]
        stamps = {language: texts.get(language, ("", digest("")))[1] for language in LANGUAGES}
        how = {language: standing(source, html[language], stamps[language]) for language in LANGUAGES}
        how[item.source_language] = "ok"
        found.append(EditedBlock(block_id, kind, html, how))
    return found


def list_breaches(session: Session, *, item_id: UUID) -> list[Breach]:
    """List the recorded breaches of an item."""
    statement = select(Breach).where(Breach.item_id == item_id).order_by(Breach.recorded_at)
    return list(session.scalars(statement))
