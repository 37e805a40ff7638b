"""Accounts and the counters that slow guessing down."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from auth.accounts.lookalikes import skeleton
from auth.base import Base
from auth.people.model import Person
from chassis.db import Versioned, uuid_pk


class Account(Versioned, Base):
    """A login of a person. Rows are never deleted, so a login is never given to anybody else."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(login) and length(login) between 1 and 64", name="login"),
        CheckConstraint("(blocked_at is null) = (blocked_reason is null)", name="blocked"),
        CheckConstraint("slip_expires_at > slip_at", name="slip"),
        CheckConstraint("(expires_on is null) = (expires_order is null)", name="expires"),
        CheckConstraint("expired_at is null or expires_on is not null", name="expired"),
        CheckConstraint("(deleted_at is null) = (deleted_order is null)", name="deleted"),
        CheckConstraint("deleted_at is null or password_hash is null", name="deleted_has_no_password"),
        Index("ix_account_expires_on", "expires_on", postgresql_where=text("expired_at is null")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    skeleton: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    must_change: Mapped[bool] = mapped_column(default=True)
    slip_at: Mapped[datetime | None]
    slip_expires_at: Mapped[datetime | None]
    password_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str | None] = mapped_column(Text)
    blocked_order: Mapped[str | None] = mapped_column(Text)
    blocked_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    expires_order: Mapped[str | None] = mapped_column(Text)
    expired_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_order: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @validates("login")
    def _keep_skeleton(self, _key: str, login: str) -> str:
        self.skeleton = skeleton(login)
        return login


class OldPassword(Base):
    """A password somebody chose before, as its hash: it is not chosen again for a while."""

    __tablename__ = "old_password"

    id: Mapped[UUID] = uuid_pk()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("account.person_id"), index=True)
    password_hash: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class ResetCode(Base):
    """The one living code of an account; a new one takes its place, a used one goes."""

    __tablename__ = "reset_code"
    __table_args__ = (
        CheckConstraint("expires_at > issued_at and expires_at <= issued_at + interval '1 day'", name="term"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("account.person_id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(Text)
    issued_by: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Handout(Base):
    """A sheet of first passwords or a code that was made and shown: the same press of a button makes no second one."""

    __tablename__ = "handout"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Failure(Base):
    """Failed sign-ins of one login or one address; the login stands as its digest, as people type passwords there."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (CheckConstraint("kind in ('login', 'address')", name="kind"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(index=True)
