"""The table of dated lessons; its exclusion constraints are the last guard against double booking (clause 6.2).

The constraints are deferred, so that two lessons may change places in one transaction; they speak when the service asks for it
(`SET CONSTRAINTS … IMMEDIATE`) or at COMMIT at the latest. Lessons of one `stream` share their teacher and room.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base


def _alone(resource: str, *, streams: bool) -> ExcludeConstraint:
    """Make the constraint that a resource is taken once at a moment (streams may share it)."""
    parts: list[Any] = [(resource, "="), ("during", "&&")]
    if streams:
        parts.append(("stream", "<>"))
    return ExcludeConstraint(
        *parts, using="gist", name=f"ex_lesson_{resource}", deferrable=True, initially="DEFERRED"
    )


class Lesson(Base):
    """One lesson on one date. `id` follows from assignment, date and pair (rules.Booking.id)."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("pair BETWEEN 1 AND 10", name="pair"),
        CheckConstraint("half IN (1, 2)", name="half"),
        CheckConstraint("kind IN ('lecture', 'seminar', 'practice', 'lab')", name="kind"),
        Index("ix_lesson_group_id_day", "group_id", "day"),
        Index("ix_lesson_teacher_id_day", "teacher_id", "day"),
        _alone("teacher_id", streams=True),
        _alone("room", streams=True),
        _alone("group_id", streams=False),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"), index=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("study_group.id"))
    teacher_id: Mapped[UUID | None]
    day: Mapped[date]
    pair: Mapped[int] = mapped_column(SmallInteger)
    during: Mapped[Range[Any]] = mapped_column(TSTZRANGE)
    kind: Mapped[str] = mapped_column(Text)
    room: Mapped[str | None] = mapped_column(Text)
    half: Mapped[int] = mapped_column(SmallInteger)
    stream: Mapped[UUID]
