"""Sign-in sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base
from chassis.db import uuid_pk


class SignIn(Base):
    """One sign-in on one device. The cookie holds a secret; here stands its digest, in tokens only the id."""

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
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class Push(Base):
    """A revocation the gateway has not confirmed yet; the worker repeats it until it has."""

    __tablename__ = "revocation_push"

    id: Mapped[UUID] = uuid_pk()
    key: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
