"""What visitors read: Core selects only, a handful for a page; an item is public by its times at the moment of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Date, Integer, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from chassis.db import AnyRow
from website.content.model import Block, BlockText, Item, ItemText
from website.content.rules import standing

Own, Source = aliased(ItemText), aliased(ItemText)


def is_public(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Say in SQL what `rules.is_live` says: published, its time has come and is not over."""
    return and_(
        Item.state == "published",
        Item.publish_at <= now,
        or_(Item.expire_at.is_(None), Item.expire_at > now),
    )


@cache
def cards() -> Select[Any]:
    """Select public items with their words in a language, or in the language of the original where there is none.

    Made once; `language` and `now` are given when it runs, so that a visit does not build the statement anew.
    """
    return (
        select(
            Item.id,
            Item.number,
            Item.section,
            Item.kind,
            Item.starts_on,
            Item.ends_on,
            Item.international,
            Item.facts,
            Item.publish_at,
            Item.changed_at,
            Item.source_language,
            func.coalesce(Own.title, Source.title).label("title"),
            func.coalesce(Own.summary, Source.summary).label("summary"),
            func.coalesce(Own.slug, Source.slug).label("slug"),
            func.coalesce(Own.language, Source.language).label("spoken"),
        )
        .join(Source, and_(Source.item_id == Item.id, Source.language == Item.source_language))
        .outerjoin(Own, and_(Own.item_id == Item.id, Own.language == bindparam("language")))
        .where(is_public(bindparam("now")))
    )


@cache
def _of_section(by_kind: bool) -> Select[Any]:
    statement = cards().where(Item.section == bindparam("section"))
    if by_kind:
        statement = statement.where(Item.kind == bindparam("kind"))
    return statement.order_by(Item.position, Item.publish_at.desc()).limit(200)


def list_section(
    session: Session, *, section: str, language: str, now: datetime, kind: str | None = None
) -> Sequence[AnyRow]:
    """List what a section shows: by its own order, then the newest first."""
    values = {"section": section, "language": language, "now": now, "kind": kind}
    return session.execute(_of_section(kind is not None), values).all()


@cache
def _news() -> Select[Any]:
    newest = cards().where(Item.section == "news").order_by(Item.publish_at.desc())
    return newest.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))


def list_news(
    session: Session, *, language: str, now: datetime, limit: int, offset: int = 0
) -> Sequence[AnyRow]:
    """List news, the newest first."""
    values = {"language": language, "now": now, "limit": limit, "offset": offset}
    return session.execute(_news(), values).all()


def count_news(session: Session, *, now: datetime) -> int:
    """Count public news."""
    return session.scalar(select(func.count()).where(Item.section == "news", is_public(now))) or 0


def list_events(
    session: Session, *, language: str, now: datetime, today: date, limit: int = 100, past: bool = False
) -> Sequence[AnyRow]:
    """List events to come, the nearest first; or those that are over, the latest first."""
    values = {"language": language, "now": now, "today": today, "limit": limit}
    return session.execute(_events(past), values).all()


@cache
def _events(past: bool) -> Select[Any]:
    last_day, today = func.coalesce(Item.ends_on, Item.starts_on), bindparam("today", type_=Date)
    statement = cards().where(Item.section == "schedule")
    if past:
        statement = statement.where(last_day < today).order_by(Item.starts_on.desc())
    else:
        statement = statement.where(last_day >= today).order_by(Item.starts_on)
    return statement.limit(bindparam("limit", type_=Integer))


def find(session: Session, *, words: str, language: str, now: datetime, limit: int = 50) -> Sequence[AnyRow]:
    """Find items whose title or summary has every word of a query, in the language of the page."""
    statement = cards()
    text = func.concat_ws(" ", Own.title, Own.summary, Source.title)
    for word in words.split()[:8]:
        statement = statement.where(text.icontains(word, autoescape=True))
    statement = statement.order_by(Item.publish_at.desc()).limit(limit)
    return session.execute(statement, {"language": language, "now": now}).all()


def list_addresses(session: Session, *, now: datetime) -> Sequence[AnyRow]:
    """List the addresses of all public items, for the map of the site."""
    statement = (
        select(Item.section, Item.number, Item.changed_at, ItemText.language, ItemText.slug)
        .join(ItemText, ItemText.item_id == Item.id)
        .where(is_public(now))
        .order_by(Item.number, ItemText.language)
    )
    return session.execute(statement).all()


@dataclass(frozen=True)
class ShownBlock:
    """A block as a visitor sees it: in which language, and how its translation stands."""

    kind: str
    html: Markup
    language: str
    standing: str

    @property
    def lines(self) -> list[Markup]:
        """The entries of a list."""
        return [Markup(line) for line in self.html.splitlines() if line.strip()]  # noqa: S704 cleaned on save


@dataclass(frozen=True)
class Reading:
    """An item with its body and its addresses."""

    card: Row[Any]
    blocks: Sequence[ShownBlock]
    slugs: dict[str, str]

    @property
    def standing(self) -> str:
        """How the page stands to its original: `ok`, `stale` or `missing`, the worst of its parts."""
        found = {block.standing for block in self.blocks}
        return next((word for word in ("missing", "stale") if word in found), "ok")


@cache
def _one() -> Select[Any]:
    return cards().where(Item.section == bindparam("section"), Item.number == bindparam("number"))


def get_item(session: Session, *, section: str, number: int, language: str, now: datetime) -> Reading | None:
    """Read a public item: its card, its body, its addresses in all languages; None when there is none."""
    values = {"language": language, "now": now, "section": section, "number": number}
    card = session.execute(_one(), values).one_or_none()
    if card is None:
        return None
    slugs = session.execute(select(ItemText.language, ItemText.slug).where(ItemText.item_id == card.id)).all()
    known = {row.language: row.slug for row in slugs}
    return Reading(card, read_blocks(session, card=card, language=language), known)


def read_blocks(session: Session, *, card: AnyRow, language: str) -> list[ShownBlock]:
    """Read the body of an item in a language; where a block is missing, its original stands in its place."""
    mine, source = aliased(BlockText), aliased(BlockText)
    rows = session.execute(
        select(Block.kind, mine.html, mine.source_hash, source.html)
        .outerjoin(mine, and_(mine.block_id == Block.id, mine.language == language))
        .outerjoin(source, and_(source.block_id == Block.id, source.language == card.source_language))
        .where(Block.item_id == card.id)
        .order_by(Block.position)
    )
    shown = []
    for kind, html, stamp, original in rows:
        how = "ok" if language == card.source_language else standing(original or "", html or "", stamp or "")
        words, spoken = (html, language) if html else (original or "", card.source_language)
        if words:
            shown.append(ShownBlock(kind, Markup(words), spoken, how))  # noqa: S704 cleaned on save
    return shown
