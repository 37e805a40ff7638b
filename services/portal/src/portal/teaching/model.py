"""Tables of teaching assignments: a discipline taught to a group in a period, and by whom."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from portal.base import Base


class Assignment(Versioned, Base):
    """A discipline is taught to a group in a period; the journal opens from it."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("discipline_id", "group_id", "period_id"),
        CheckConstraint("status IN ('active', 'withdrawn')", name="status"),
        CheckConstraint("credits BETWEEN 1 AND 60", name="credits"),
        CheckConstraint("control IN ('exam', 'credit')", name="control"),
    )

    id: Mapped[UUID] = uuid_pk()
    discipline_id: Mapped[UUID] = mapped_column(ForeignKey("discipline.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("study_group.id"), index=True)
    period_id: Mapped[UUID] = mapped_column(ForeignKey("period.id"), index=True)
    credits: Mapped[int] = mapped_column(SmallInteger)
    control: Mapped[str] = mapped_column(Text)
    hours: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(Text, default="active")


class AssignmentTeacher(Base):
    """A teacher of an assignment; the first one is responsible."""

    __tablename__ = "assignment_teacher"

    assignment_id: Mapped[UUID] = mapped_column(
        ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
