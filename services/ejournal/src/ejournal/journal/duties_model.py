"""Tables of duties: the roster as the portal told it, and which cells the journal excused by it."""

from sqlalchemy import Column, Date, Integer, Table, Text, Uuid

from ejournal.base import Base

DUTY = Table(
    "duty",
    Base.metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("entered_by", Uuid, nullable=False),
)
DUTY_CELL = Table(
    "duty_cell",
    Base.metadata,
    Column("column_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("journal_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("written_by", Uuid, nullable=False),
)
"""`version` is that of the cell when it was excused: one that differs now says that the teacher wrote over it."""
