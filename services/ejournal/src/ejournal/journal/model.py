"""Tables of journals. Core tables on purpose: no mapped entity stands on a hot read.

`cell` is the truth about marks, guarded by versions; every change of it leaves a row in `cell_change` (by trigger). `sheet_row`
is the read model: one row per learner of a journal with all cells and everything computed, kept in the same statement as the cells.
`results` follow from all cells and are what teachers see, `shown_results` from the published ones and are what the learner sees.
`spans` are the days of a learner whom an order moved, `carried` the marks that came along from a former group's journal.
`journal.columns` is the read model of the columns in the order of the page; `journal.revision` grows with everything a page shows.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from ejournal.base import Base

MOMENT = DateTime(timezone=True)

JOURNAL = Table(
    "journal",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("assignment_id", Uuid, nullable=False, unique=True),
    Column("discipline_id", Uuid, nullable=False),
    Column("group_id", Uuid, nullable=False),
    Column("period_id", Uuid, nullable=False),
    Column("control", Text, nullable=False),
    Column("credits", Numeric(4, 1), nullable=False),
    Column("hours", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("rule_set", Text),
    Column("columns", JSONB, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("stream_number", Integer, nullable=False),
    Column("stream_digest", LargeBinary),
    Column("reopened_until", Date),
    Column("frozen_at", MOMENT),
)
TEACHER = Table(
    "journal_teacher",
    Base.metadata,
    Column("journal_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
)
COLUMN = Table(
    "journal_column",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("lesson_id", Uuid),
    Column("lesson_kind", Text),
    Column("date", Date),
    Column("pair", SmallInteger),
    Column("half", SmallInteger, nullable=False),
    Column("in_timetable", Boolean, nullable=False),
    Column("publication", Integer, nullable=False),
    Column("published_at", MOMENT),
    Column("published_by", Uuid),
    Column("reopened_until", Date),
)
SHEET_ROW = Table(
    "sheet_row",
    Base.metadata,
    Column("journal_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("cells", JSONB, nullable=False),
    Column("results", JSONB, nullable=False),
    Column("shown_results", JSONB, nullable=False),
    Column("spans", JSONB, nullable=False, server_default="[]"),
    Column("carried", JSONB, nullable=False, server_default="{}"),
)
CELL = Table(
    "cell",
    Base.metadata,
    Column("column_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("value", Text),
    Column("version", Integer, nullable=False),
    Column("changed_by", Uuid, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
)
CELL_CHANGE = Table(
    "cell_change",
    Base.metadata,
    Column("number", BigInteger, primary_key=True),
    Column("column_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("journal_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("old_value", Text),
    Column("new_value", Text),
    Column("changed_by", Uuid, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
)
WINDOW_POLICY = Table(
    "window_policy",
    Base.metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("lesson_days", SmallInteger, nullable=False),
    Column("midterm_before", SmallInteger, nullable=False),
    Column("midterm_after", SmallInteger, nullable=False),
    Column("reopen_days", SmallInteger, nullable=False),
    Column("days_off", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
)
