"""Tables of what marks are computed by: rule sets and the letters of the institution."""

from sqlalchemy import Column, Date, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from ejournal.base import Base

RULE_SET = Table(
    "rule_set",
    Base.metadata,
    Column("code", Text, primary_key=True),
    Column("title", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("parameters", JSONB, nullable=False),
    Column("scale", JSONB, nullable=False),
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
)
