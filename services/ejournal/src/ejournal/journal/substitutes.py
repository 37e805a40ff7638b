"""Substitutes of dated lessons: what they open of a journal (clause 12). Appointing is the capability `substitutes`.

A substitute is no teacher of the journal: the journal can be read, and written in the columns of the lessons appointed for.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.selectable import LateralFromClause

from chassis.db import AnyRow, Versioned, uuid_pk
from ejournal.base import Base
from ejournal.journal.model import COLUMN, JOURNAL
from ejournal.teaching.model import DISCIPLINE, GROUP

REASONS = ("illness", "trip", "leave", "duty", "other")


class Substitution(Versioned, Base):
    """A person holds one dated lesson in place of its teacher, by an order, and writes in its column until a day."""

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint(f"reason IN ({', '.join(repr(one) for one in REASONS)})", name="reason"),
        CheckConstraint("person_id <> appointed_by", name="two_persons"),
        CheckConstraint("length(order_number) BETWEEN 1 AND 60", name="order_number"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn"),
        Index(
            "uq_substitution_present", "column_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")
        ),
        Index("ix_substitution_person_id", "person_id", "journal_id"),
        Index("ix_substitution_journal_id", "journal_id"),
    )

    id: Mapped[UUID] = uuid_pk()
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"))
    column_id: Mapped[UUID] = mapped_column(ForeignKey("journal_column.id", ondelete="CASCADE"))
    person_id: Mapped[UUID]
    until: Mapped[date]
    order_number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    appointed_by: Mapped[UUID]
    appointed_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]


def dated(*, person_id: Any, today: Any) -> LateralFromClause:
    """Make the subquery of what a person may write in a journal as a substitute: `columns`, their ids, or NULL for none.

    Args:
        person_id: the person, or the parameter that stands for one.
        today: the day, or the parameter that stands for it.
    """
    return (
        select(func.array_agg(cast(Substitution.column_id, String)).label("columns"))
        .where(
            Substitution.journal_id == JOURNAL.c.id,
            Substitution.person_id == person_id,
            Substitution.withdrawn_at.is_(None),
            Substitution.until >= today,
        )
        .correlate(JOURNAL)
        .lateral("dated")
    )


def list_mine(session: Session, *, person_id: UUID, today: date) -> Sequence[AnyRow]:
    """List the lessons a person is appointed for and may still write in, by date."""
    return session.execute(_mine(), {"person": person_id, "today": today}).all()


@cache
def _mine() -> Select[Any]:
    columns: list[Any] = [COLUMN.c[name] for name in ("kind", "lesson_kind", "date", "pair")]
    return (
        select(
            Substitution.id,
            Substitution.journal_id,
            Substitution.column_id,
            Substitution.until,
            Substitution.order_number,
            Substitution.order_date,
            *columns,
            DISCIPLINE.c.title.label("discipline"),
            GROUP.c.code.label("group"),
        )
        .join(COLUMN, COLUMN.c.id == Substitution.column_id)
        .join(JOURNAL, JOURNAL.c.id == Substitution.journal_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .where(
            Substitution.person_id == bindparam("person"),
            Substitution.withdrawn_at.is_(None),
            Substitution.until >= bindparam("today"),
        )
        .order_by(COLUMN.c.date, COLUMN.c.pair, Substitution.id)
    )
