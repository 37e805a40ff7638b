"""What the home page keeps of other services' events: marks, results, journals, standings, debts, loans, news."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Localized
from portal.base import Base


class Journal(Base):
    """A journal of the ejournal, opened for an assignment."""

    __tablename__ = "journal"

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(index=True)


class MarkColumn(Base):
    """A published column of a journal: a lesson or a midterm control."""

    __tablename__ = "mark_column"

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    journal_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    discipline_title: Mapped[dict[str, str]] = mapped_column(Localized)
    letters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime]


class Mark(Base):
    """A published mark of a learner; its value is shown as it was published."""

    __tablename__ = "mark"
    __table_args__ = (Index("ix_mark_person_id_changed_at", "person_id", text("changed_at DESC")),)

    column_id: Mapped[UUID] = mapped_column(
        ForeignKey("mark_column.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class Result(Base):
    """A learner's computed figures in a journal, as of its last publication."""

    __tablename__ = "result"

    journal_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    p1: Mapped[str | None] = mapped_column(Text)
    p2: Mapped[str | None] = mapped_column(Text)
    rd: Mapped[str | None] = mapped_column(Text)
    admitted: Mapped[bool | None]
    discipline_title: Mapped[dict[str, str]] = mapped_column(Localized)


class Standing(Base):
    """A learner's GPA and credits earned, as of the last accepted statement."""

    __tablename__ = "standing"

    person_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    gpa: Mapped[str | None] = mapped_column(Text)
    credits_earned: Mapped[str] = mapped_column(Text)
    computed_at: Mapped[datetime]


class Debt(Base):
    """An academic debt; a closed one keeps its row."""

    __tablename__ = "debt"
    __table_args__ = (Index("ix_debt_person_id", "person_id", postgresql_where=text("closed_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    person_id: Mapped[UUID]
    discipline_title: Mapped[dict[str, str]] = mapped_column(Localized)
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Escalation(Base):
    """Late entries of a journal, shown to those they are told to until they are made; a closed one keeps its row."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index(
            "ix_escalation_people",
            "people",
            postgresql_using="gin",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    journal_id: Mapped[UUID]
    step: Mapped[str] = mapped_column(Text)
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    discipline_title: Mapped[dict[str, str]] = mapped_column(Localized)
    group_code: Mapped[str] = mapped_column(Text)
    columns: Mapped[int]
    missing: Mapped[int]
    since: Mapped[date]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Loan(Base):
    """A book somebody has on loan; a returned one keeps its row, so that a late "issued" cannot bring it back."""

    __tablename__ = "loan"
    __table_args__ = (
        Index(
            "ix_loan_reader_id_due_on", "reader_id", "due_on", postgresql_where=text("returned_at IS NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    reader_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    barcode: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    returned_at: Mapped[datetime | None]


class News(Base):
    """A piece of news on the public site."""

    __tablename__ = "news"

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    path: Mapped[dict[str, str]] = mapped_column(Localized)
    published_at: Mapped[datetime] = mapped_column(index=True)
