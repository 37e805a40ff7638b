"""The table of duties: one learner on one day. A withdrawn duty stays, with who withdrew it and why."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from portal.base import Base


class Duty(Versioned, Base):
    """A learner on duty on a day: one duty a day at most."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("kind IN ('detail', 'guard', 'service')", name="kind"),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3)", name="withdrawn"
        ),
        Index(
            "uq_duty_one_a_day",
            "person_id",
            "day",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
