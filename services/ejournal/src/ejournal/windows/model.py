"""Requests to reopen what the calendar has closed: asked by a teacher, decided by another person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from ejournal.base import Base


class Reopening(Versioned, Base):
    """A request for a column, or for every lesson of its week; a granted one closes by itself after `until`."""

    __tablename__ = "reopening"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'granted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("(state IN ('granted', 'refused')) = (decided_by IS NOT NULL)", name="decided"),
        CheckConstraint("decided_by <> asked_by", name="two_persons"),
        CheckConstraint("length(reason) >= 5", name="reason"),
        CheckConstraint("state <> 'refused' OR length(note) >= 5", name="refused_with_words"),
        Index("uq_reopening_open", "column_id", unique=True, postgresql_where=text("state = 'asked'")),
        Index("ix_reopening_journal_id", "journal_id", "asked_at"),
    )

    id: Mapped[UUID] = uuid_pk()
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"))
    column_id: Mapped[UUID] = mapped_column(ForeignKey("journal_column.id", ondelete="CASCADE"))
    whole_week: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    state: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
