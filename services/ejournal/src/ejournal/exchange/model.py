"""Tables of files: what a journal held when it was taken away, and imports with every cell they change.

An import is what a person saw in the dry run: its cells with the version each was judged over. The state of a cell says what became of
it; the version it was left in is what an undo holds against the present one.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from ejournal.base import Base

JOURNAL_EXPORT = Table(
    "journal_export",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("journal_id", ForeignKey("journal.id"), nullable=False),
    Column("made_by", Uuid, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("people", JSONB, nullable=False),
)
"""`people`: `[[person id, name, {column id: [value, version]}], …]` in the order of the rows."""


class MarkImport(Versioned, Base):
    """A file of marks as it was judged; `journal_id` is null for midterm controls of many journals."""

    __tablename__ = "mark_import"
    __table_args__ = (
        CheckConstraint("state IN ('checked', 'applying', 'applied', 'undoing', 'undone')", name="state"),
        CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name="applied"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        CheckConstraint("(state = 'checked') = (applied_at IS NULL)", name="checked_first"),
    )

    id: Mapped[UUID] = uuid_pk()
    journal_id: Mapped[UUID | None] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Text, default="checked")
    rows: Mapped[int] = mapped_column(Integer)
    faults: Mapped[list[Any]] = mapped_column(JSONB)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


IMPORT_CELL = Table(
    "mark_import_cell",
    Base.metadata,
    Column("import_id", ForeignKey("mark_import.id"), primary_key=True),
    Column("column_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("row", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("old_value", Text),
    Column("typed", Text, nullable=False),
    Column("base", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("stands", Text),
    Column("reason", Text, nullable=False),
    Column("left_at", Integer),
)
"""`state`: planned, saved, same, conflict, invalid, locked, missing; after an undo restored or kept. `stands` is what stood there."""
