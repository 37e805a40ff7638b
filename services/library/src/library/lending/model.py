"""Tables of lending: the norms of lending as dated rows, and the loans."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import uuid_pk
from library.base import Base


class LendingNorm(Base):
    """How many copies, for how many days, for a category of readers, from a date on."""

    __tablename__ = "lending_norm"
    __table_args__ = (CheckConstraint("copies > 0 AND days > 0", name="positive"),)

    category: Mapped[str] = mapped_column(String(10), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    copies: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)


class Loan(Base):
    """A loan of a copy to a reader; at most one open loan per copy, held by a partial unique index."""

    __tablename__ = "loan"
    __table_args__ = (
        Index("uq_loan_open_copy", "copy_id", unique=True, postgresql_where=text("returned_at IS NULL")),
        Index("ix_loan_reader_open", "reader_id", postgresql_where=text("returned_at IS NULL")),
        Index("ix_loan_copy_returned", "copy_id", "returned_at"),
        CheckConstraint("returned_at IS NULL OR returned_at >= issued_at", name="order"),
        CheckConstraint("(returned_at IS NULL) = (returned_by IS NULL)", name="returned"),
    )

    id: Mapped[UUID] = uuid_pk()
    copy_id: Mapped[UUID] = mapped_column(ForeignKey("copy.id"))
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("reader.person_id"))
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID]
    due_on: Mapped[date]
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[UUID | None]
