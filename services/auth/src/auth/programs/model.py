"""Programs, what they were granted, what they prove themselves with, and what there is to grant."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth.base import Base
from auth.people.model import Person
from chassis.db import Versioned, uuid_pk


class Program(Versioned, Base):
    """A program that speaks to our services by itself; a person and a unit answer for it, an order is its ground."""

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint("client_id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'", name="client_id"),
        CheckConstraint("(blocked_at is null) = (blocked_reason is null)", name="blocked"),
    )

    id: Mapped[UUID] = uuid_pk()
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    order_number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    expires_on: Mapped[date]
    created_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str | None] = mapped_column(Text)
    deleted_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class ProgramScope(Base):
    """One thing a program may ask a token for."""

    __tablename__ = "program_scope"

    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True)


class OfferedScope(Base):
    """One thing a program can be granted, as the service that serves it registered it."""

    __tablename__ = "offered_scope"

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    service: Mapped[str] = mapped_column(Text, index=True)


class Credential(Base):
    """A secret, kept as its digest, or a public key; with where and for what it was last used."""

    __tablename__ = "program_credential"
    __table_args__ = (
        CheckConstraint("(kind = 'secret') = (digest is not null)", name="secret"),
        CheckConstraint("(kind = 'key') = (jwk is not null)", name="key"),
        CheckConstraint("kind in ('secret', 'key')", name="kind"),
        CheckConstraint("slot in (1, 2)", name="slot"),
        Index(
            "uq_program_credential_living",
            "program_id",
            "kind",
            "slot",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    slot: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    jwk: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    last_address: Mapped[str | None] = mapped_column(Text)
    last_audience: Mapped[str | None] = mapped_column(Text)
    last_scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class UsedAssertion(Base):
    """The `jti` of an assertion that was taken, until it would be too old anyway."""

    __tablename__ = "program_assertion"

    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    forget_at: Mapped[datetime] = mapped_column(index=True)
