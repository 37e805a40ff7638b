"""Tables of statements. What is sealed is guarded by triggers: a sealed statement changes to superseded and in nothing else.

`number_series` gives numbers without gaps: its row stays locked until the statement that took the number is committed.
"""

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from ejournal.base import Base
from ejournal.statements.rules_rows import RATED

MOMENT = DateTime(timezone=True)

NUMBER_SERIES = Table(
    "number_series",
    Base.metadata,
    Column("kind", Text, primary_key=True),
    Column("year", SmallInteger, primary_key=True),
    Column("last", Integer, nullable=False),
)
STATEMENT = Table(
    "statement",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("year", SmallInteger, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("journal_id", Uuid, nullable=False),
    Column("after_id", Uuid),
    Column("rectifies_id", Uuid),
    Column("reason", Text),
    Column("order_number", Text),
    Column("order_date", Date),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("head", JSONB, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("remark", Text),
    Column("issued_by", Uuid, nullable=False),
    Column("issued_at", MOMENT, nullable=False),
    Column("submitted_at", MOMENT),
    Column("accepted_at", MOMENT),
    Column("superseded_at", MOMENT),
    Column("content", LargeBinary),
    Column("digest", Text),
)
ROW = Table(
    "statement_row",
    Base.metadata,
    Column("statement_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    *(Column(name, Text) for name in RATED),
    Column("admitted", Boolean, nullable=False),
    Column("refusals", ARRAY(Text), nullable=False),
    Column("earlier", ARRAY(Text), nullable=False),
    Column("mark", Text),
    Column("version", Integer, nullable=False),
    Column("changed_by", Uuid),
    Column("changed_at", MOMENT),
    Column("state", Text, nullable=False),
    Column("final", SmallInteger),
    Column("letter", Text),
    Column("points", Numeric(3, 2)),
    Column("traditional", Text),
    Column("agreed_by", Uuid),
    Column("agreed_because", Text),
)
READER = Table(
    "statement_reader",
    Base.metadata,
    Column("statement_id", Uuid, primary_key=True),
    Column("place", SmallInteger, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("handed_in_at", MOMENT),
)
"""Who enters the marks of a statement twice, blind: two persons at most."""
READING = Table(
    "statement_reading",
    Base.metadata,
    Column("statement_id", Uuid, primary_key=True),
    Column("place", SmallInteger, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("value", Text),
    Column("version", Integer, nullable=False),
    Column("entered_at", MOMENT, nullable=False),
)
"""What each of them entered, by learner; the row of the statement has a mark when both are equal or a third person agreed."""
OFFICER_KEY = Table(
    "officer_key",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("revoked_by", Uuid),
    Column("reason", Text),
)
SIGNATURE = Table(
    "statement_signature",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("statement_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("key_id", Uuid, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("signed_at", MOMENT, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
PAPER = Table(
    "statement_paper",
    Base.metadata,
    Column("statement_id", Uuid, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("size", Integer, nullable=False),
)
BATCH = Table(
    "statement_batch",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("period_id", Uuid, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    Column("asked_at", MOMENT, nullable=False),
    Column("finished_at", MOMENT),
)
BATCH_ITEM = Table(
    "statement_batch_item",
    Base.metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("after_id", Uuid),
    Column("state", Text, nullable=False),
    Column("statement_id", Uuid),
    Column("reasons", JSONB, nullable=False),
)
