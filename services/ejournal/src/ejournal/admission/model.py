"""What the library told: books on loan, kept as they came; a returned one keeps its row, so that a late "issued" cannot bring it back."""

from sqlalchemy import Column, Date, DateTime, Table, Text, Uuid

from ejournal.base import Base

LOAN = Table(
    "library_loan",
    Base.metadata,
    Column("loan_id", Uuid, primary_key=True),
    Column("reader_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("due_on", Date),
    Column("returned_at", DateTime(timezone=True)),
)
