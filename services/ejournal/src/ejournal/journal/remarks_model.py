"""Remarks of the quality unit on a journal; its teachers read them on the journal's page and answer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from ejournal.base import Base


class Remark(Versioned, Base):
    """A remark on a journal or one of its columns; a column may be returned: it takes marks until a day."""

    __tablename__ = "remark"
    __table_args__ = (
        CheckConstraint("length(words) >= 5", name="words"),
        CheckConstraint("(answered_by IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("answered_by <> made_by", name="two_persons"),
        CheckConstraint("returned_until IS NULL OR column_id IS NOT NULL", name="returned"),
        Index("ix_remark_journal_id", "journal_id"),
        Index("ix_remark_open", "journal_id", postgresql_where=text("answered_by IS NULL")),
    )

    id: Mapped[UUID] = uuid_pk()
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"))
    column_id: Mapped[UUID | None]
    words: Mapped[str] = mapped_column(Text)
    returned_until: Mapped[date | None]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
