"""What was taught in a lesson, and what was set as homework: written by who holds the lesson, read by its learners."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned
from ejournal.base import Base


class LessonRecord(Versioned, Base):
    """The topic and the homework of one dated lesson; both are empty text while nothing is written."""

    __tablename__ = "lesson_record"
    __table_args__ = (
        CheckConstraint("length(topic) <= 300", name="topic"),
        CheckConstraint("length(homework) <= 1000", name="homework"),
        Index("ix_lesson_record_journal_id", "journal_id"),
    )

    column_id: Mapped[UUID] = mapped_column(
        ForeignKey("journal_column.id", ondelete="CASCADE"), primary_key=True
    )
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"))
    topic: Mapped[str] = mapped_column(Text)
    homework: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID]
    written_at: Mapped[datetime]
