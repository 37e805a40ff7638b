"""Tables of interim and final attestation: attempts, kept for good, and the debts that follow from them.

An attempt is one learner's row of an accepted statement. It is never changed: a rectification supersedes it and records another.
A debt is open while the latest decided attempt at its discipline has failed; one at most per learner and discipline.
"""

from sqlalchemy import Column, DateTime, Integer, Numeric, SmallInteger, Table, Text, Uuid

from ejournal.base import Base

MOMENT = DateTime(timezone=True)

ATTEMPT = Table(
    "attempt",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("statement_id", Uuid, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("exam", Text),
    Column("final", SmallInteger),
    Column("letter", Text),
    Column("points", Numeric(3, 2)),
    Column("traditional", Text),
    Column("state", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("accepted_at", MOMENT, nullable=False),
    Column("superseded_at", MOMENT),
)
DEBT = Table(
    "debt",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("discipline_id", Uuid, nullable=False),
    Column("journal_id", Uuid, nullable=False),
    Column("attempt_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("closed_at", MOMENT),
    Column("closed_by", Text),
)
