"""Tables of what marks are computed by: rule sets with their drafts and reports, and the letters of the institution.

`rule_set` and `letter` are read on hot paths and are Core tables. A draft is no rule set: nothing computes by it. The database lets
nobody change a set that is in force but for its last day, adopt a draft of one's own, or remove a letter.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, localized_check, uuid_pk
from ejournal.base import Base

MOMENT = DateTime(timezone=True)

RULE_SET = Table(
    "rule_set",
    Base.metadata,
    Column("code", Text, primary_key=True),
    Column("title", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("parameters", JSONB, nullable=False),
    Column("scale", JSONB, nullable=False),
    Column("order_number", Text),
    Column("order_date", Date),
    Column("adopted_by", Uuid),
    Column("adopted_at", MOMENT),
)
LETTER = Table(
    "letter",
    Base.metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("shown", JSONB, nullable=False),
    Column("typed", ARRAY(Text), nullable=False),
    Column("title", JSONB, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("entered_at", MOMENT),
    Column("retired_at", MOMENT),
)
LETTER_FORM = Table(
    "letter_form",
    Base.metadata,
    Column("form", Text, primary_key=True),
    Column("code", ForeignKey("letter.code"), nullable=False),
)


class RuleDraft(Versioned, Base):
    """A rule set being written; `drafted_by` is everybody who wrote in it, none of whom may adopt it."""

    __tablename__ = "rule_draft"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(adopted_at, adopted_by, order_number, order_date) IN (0, 4)", name="adopted"
        ),
        CheckConstraint("adopted_by IS NULL OR adopted_by <> ALL (drafted_by)", name="two_persons"),
        CheckConstraint("adopted_at IS NULL OR discarded_at IS NULL", name="one_end"),
        localized_check("title"),
    )

    id: Mapped[UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[dict[str, str]]
    valid_from: Mapped[date]
    copied_from: Mapped[str] = mapped_column(ForeignKey("rule_set.code"))
    parameters: Mapped[dict[str, Any]]
    scale: Mapped[list[Any]] = mapped_column(JSONB)
    drafted_by: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[UUID | None]
    order_number: Mapped[str | None] = mapped_column(Text)
    order_date: Mapped[date | None]
    discarded_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.adopted_at is None and self.discarded_at is None


class RuleReport(Base):
    """What a draft would change in a period; the parameters are those of the moment it was asked for."""

    __tablename__ = "rule_report"

    id: Mapped[UUID] = uuid_pk()
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("rule_draft.id"), index=True)
    draft_version: Mapped[int] = mapped_column(Integer)
    period_id: Mapped[UUID]
    parameters: Mapped[dict[str, Any]]
    scale: Mapped[list[Any]] = mapped_column(JSONB)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    last_journal: Mapped[UUID | None]


REPORT_LINE = Table(
    "rule_report_line",
    Base.metadata,
    Column("report_id", ForeignKey("rule_report.id"), primary_key=True),
    Column("journal_id", Uuid, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("learners", "p", "rd", "letters")),
    Column("gains", JSONB, nullable=False),
    Column("losses", JSONB, nullable=False),
)
"""One journal of a report: how many learners, how many P, RD and letters change, who would gain or lose admission."""
