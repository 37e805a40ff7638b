"""Sign-ins: whole ones, half-open ones, and every try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base
from chassis.db import uuid_pk


class SignIn(Base):
    """One sign-in on one device. The cookie holds a secret; here stands its digest, in tokens only the id.

    `amr` are the ways the person proved who they are (RFC 8176), with spaces between; `must_enrol`: a role of theirs asks
    for a second factor, and there is none yet.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_living", "person_id", postgresql_where=text("ended_at is null")),)

    id: Mapped[UUID] = uuid_pk()
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    auth_time: Mapped[datetime]
    address: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)
    amr: Mapped[str] = mapped_column(Text, default="pwd")
    must_enrol: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class HalfSignIn(Base):
    """A right password that still waits for its code: no session, known to one browser for a few minutes."""

    __tablename__ = "half_sign_in"

    secret_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(Text)


class Attempt(Base):
    """One try to sign in: how it went, from where. A login nobody has leaves a row too, so that both take the same time."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('signed-in', 'wrong', 'wrong-code', 'too-many', 'blocked', 'refused')",
            name="outcome",
        ),
        Index("ix_sign_in_attempt_person", "person_id", "at"),
    )

    id: Mapped[UUID] = uuid_pk()
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)


class Push(Base):
    """A revocation the gateway has not confirmed yet; the worker repeats it until it has."""

    __tablename__ = "revocation_push"

    id: Mapped[UUID] = uuid_pk()
    key: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
