"""Tables of movement orders, and of the statements an order may come too late for.

An order is drafted, looked at, applied, and then never changed or removed: what it did is undone by an order that cancels it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Localized, Versioned, uuid_pk
from portal.base import Base

STANDING = "state = 'applied' AND NOT cancelled AND kind <> 'cancellation'"


class MovementOrder(Versioned, Base):
    """What an order does with one learner, and from which day; `from_group_id` is where the learner stood the day before."""

    __tablename__ = "movement_order"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('transfer', 'leave', 'expulsion', 'reinstatement', 'cancellation')", name="kind"
        ),
        CheckConstraint("state IN ('draft', 'applied')", name="state"),
        CheckConstraint(
            "(state = 'applied') = (num_nulls(applied_at, applied_by) = 0)",
            name="applied",
        ),
        CheckConstraint("(kind IN ('transfer', 'reinstatement')) = (group_id IS NOT NULL)", name="group"),
        CheckConstraint("(kind = 'cancellation') = (cancels_id IS NOT NULL)", name="cancels"),
        Index(
            "uq_movement_order_one_a_day",
            "person_id",
            "effective_on",
            unique=True,
            postgresql_where=text(STANDING),
        ),
        Index(
            "uq_movement_order_cancelled_once",
            "cancels_id",
            unique=True,
            postgresql_where=text("state = 'applied'"),
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    effective_on: Mapped[date]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    from_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"))
    cancels_id: Mapped[UUID | None] = mapped_column(ForeignKey("movement_order.id"))
    basis: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="draft")
    cancelled: Mapped[bool] = mapped_column(default=False)
    drafted_at: Mapped[datetime] = mapped_column(index=True)
    drafted_by: Mapped[UUID]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]


class SealedStatement(Base):
    """A statement the ejournal sealed: who stands in it, and when it was sealed. No order changes it."""

    __tablename__ = "sealed_statement"
    __table_args__ = (Index("ix_sealed_statement_people", "people", postgresql_using="gin"),)

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    discipline_title: Mapped[dict[str, str]] = mapped_column(Localized)
    sealed_on: Mapped[date]
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    superseded: Mapped[bool] = mapped_column(default=False)
