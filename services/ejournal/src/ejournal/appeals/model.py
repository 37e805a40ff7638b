"""The table of appeals: one at most for an attempt, kept for good."""

from sqlalchemy import Column, DateTime, Integer, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from ejournal.base import Base

MOMENT = DateTime(timezone=True)

APPEAL = Table(
    "appeal",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("attempt_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("filed_at", MOMENT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("commission", ARRAY(Uuid)),
    Column("protocol", Text),
    Column("outcome", Text),
    Column("exam", SmallInteger),
    Column("decided_at", MOMENT),
    Column("decided_by", Uuid),
)
