"""Tables of content: language-neutral items, a text per language, ordered blocks with stable ids and a text per language."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Base, Versioned, uuid_pk


class Section(Base):
    """A section of clause 19; the eleven rows come with the first migration."""

    __tablename__ = "section"
    __table_args__ = (CheckConstraint("policy IN ('require_both', 'warn', 'free')", name="policy"),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    policy: Mapped[str] = mapped_column(String(12))
    reviewed_on: Mapped[date | None]


class Item(Versioned, Base):
    """One thing the site says, whatever its language. What goes public has Kazakh and Russian: the database refuses else."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published')", name="state"),
        CheckConstraint("state = 'draft' OR languages @> ARRAY['kk', 'ru']", name="both_languages"),
        CheckConstraint("state = 'draft' OR publish_at IS NOT NULL", name="publish_at"),
        CheckConstraint("expire_at IS NULL OR expire_at > publish_at", name="expires_later"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_later"),
        CheckConstraint("kind <> 'event' OR state = 'draft' OR starts_on IS NOT NULL", name="event_date"),
        CheckConstraint("source_language IN ('kk', 'ru', 'en')", name="source_language"),
        Index(
            "ix_item_public", "section", text("publish_at DESC"), postgresql_where=text("state = 'published'")
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    number: Mapped[int] = mapped_column(Integer, Identity(start=101), unique=True)
    section: Mapped[str] = mapped_column(ForeignKey("section.code"))
    kind: Mapped[str] = mapped_column(String(20))
    source_language: Mapped[str] = mapped_column(String(2), default="kk")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    position: Mapped[int] = mapped_column(Integer, default=0)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    international: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    publish_at: Mapped[datetime | None]
    expire_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]


class ItemText(Base):
    """Title, summary and the end of the address of an item in one language."""

    __tablename__ = "item_text"
    __table_args__ = (
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language"),
        CheckConstraint("btrim(title) <> ''", name="title"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    slug: Mapped[str] = mapped_column(String(80))
    source_hash: Mapped[str] = mapped_column(String(16))


class Block(Base):
    """A place in the body of an item; its id stays while its texts change."""

    __tablename__ = "block"
    __table_args__ = (CheckConstraint("kind IN ('paragraph', 'heading', 'list')", name="kind"),)

    id: Mapped[UUID] = uuid_pk()
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12), default="paragraph")


class BlockText(Base):
    """The text of a block in one language, with the digest of the source text it was made from."""

    __tablename__ = "block_text"
    __table_args__ = (CheckConstraint("language IN ('kk', 'ru', 'en')", name="language"),)

    block_id: Mapped[UUID] = mapped_column(ForeignKey("block.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    html: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(16))


class Breach(Base):
    """A recorded breach of an obligation: which clause, what was lawful, what happened, the stated reason."""

    __tablename__ = "breach"
    __table_args__ = (CheckConstraint("btrim(reason) <> ''", name="reason"),)

    id: Mapped[UUID] = uuid_pk()
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    clause: Mapped[str] = mapped_column(String(10))
    lawful_on: Mapped[date]
    happened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class Purge(Base):
    """A wish that the gateway forgets the pages it keeps; gone when the gateway has taken it."""

    __tablename__ = "purge"

    id: Mapped[UUID] = uuid_pk()
    wanted_at: Mapped[datetime]
