"""Who was told, and when, that entries of a journal are late. An escalation is closed, never removed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from ejournal.base import Base


class Escalation(Versioned, Base):
    """Late entries of a journal as told at one step; `columns` and `missing` follow what is still late.

    `columns` counts columns without an entry or with learners left out, `missing` learners without a mark in midterm controls;
    `since` is the day of the oldest such column. `people` are who held the post when it was raised or changed.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint("step IN ('teacher', 'department', 'faculty')", name="step"),
        CheckConstraint("columns > 0 AND missing >= 0", name="counts"),
        CheckConstraint("closed_at IS NULL OR closed_at >= raised_at", name="closed"),
    )

    id: Mapped[UUID] = uuid_pk()
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"))
    step: Mapped[str] = mapped_column(Text)
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    columns: Mapped[int] = mapped_column(Integer)
    missing: Mapped[int] = mapped_column(Integer)
    since: Mapped[date]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
