"""Accounts and the counters that slow guessing down."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth.base import Base
from auth.people.model import Person
from chassis.db import Versioned


class Account(Versioned, Base):
    """A login of a person. Rows are never deleted, so a login is never given to anybody else."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(login) and length(login) between 1 and 64", name="login"),
        CheckConstraint("(blocked_at is null) = (blocked_reason is null)", name="blocked"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    must_change: Mapped[bool] = mapped_column(default=True)
    slip_at: Mapped[datetime | None]
    password_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str | None] = mapped_column(Text)
    blocked_order: Mapped[str | None] = mapped_column(Text)
    blocked_on: Mapped[date | None]
    created_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Failure(Base):
    """Failed sign-ins of one login or one address; the login stands as its digest, as people type passwords there."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (CheckConstraint("kind in ('login', 'address')", name="kind"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(index=True)
