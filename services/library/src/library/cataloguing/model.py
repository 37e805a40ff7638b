"""Tables of cataloguing: bibliographic records and the batches they came in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from library.base import Base

# The words of a record for search, kept by the database: title A, people B, subjects C, the rest D.
TERMS = (
    "setweight(to_tsvector('simple', folded), 'A') || setweight(to_tsvector('simple', folded_people), 'B') || "
    "setweight(to_tsvector('simple', folded_subjects), 'C') || setweight(to_tsvector('simple', folded_rest), 'D')"
)


class ImportBatch(Base):
    """An exchange file, first checked, then applied: what was shown is what is applied."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint("state IN ('checked', 'applied')", name="state"),)

    id: Mapped[UUID] = uuid_pk()
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(10), default="checked")
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    checked_by: Mapped[UUID]
    checked_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class Record(Versioned, Base):
    """A bibliographic record: the bytes it came in, its fields, and the brief description lists and search use."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("format", "control_number", name="uq_record_control_number"),
        CheckConstraint("format IN ('marc21', 'rusmarc')", name="format"),
        Index("ix_record_terms", "terms", postgresql_using="gin"),
        Index(
            "ix_record_folded", "folded", postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"}
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    format: Mapped[str] = mapped_column(String(10))
    encoding: Mapped[str] = mapped_column(String(10))
    control_number: Mapped[str] = mapped_column(String(100))
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    fields: Mapped[list[Any]] = mapped_column(JSONB, deferred=True)
    title: Mapped[str] = mapped_column(Text)
    remainder: Mapped[str] = mapped_column(Text, default="")
    responsibility: Mapped[str] = mapped_column(Text, default="")
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    place: Mapped[str] = mapped_column(Text, default="")
    publisher: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None] = mapped_column(SmallInteger)
    extent: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    kind: Mapped[str] = mapped_column(String(12), index=True)
    isbns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    subjects: Mapped[list[str]] = mapped_column(ARRAY(Text))
    classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    host: Mapped[str] = mapped_column(Text, default="")
    sort_key: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, deferred=True)
    folded_people: Mapped[str] = mapped_column(Text, deferred=True)
    folded_subjects: Mapped[str] = mapped_column(Text, deferred=True)
    folded_rest: Mapped[str] = mapped_column(Text, deferred=True)
    terms: Mapped[Any] = mapped_column(TSVECTOR, Computed(TERMS, persisted=True), deferred=True)
    created_at: Mapped[datetime]
