"""Who a person is elsewhere, what Keycloak still has to hear, and who may enter when it is dead."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base


class ExternalIdentity(Base):
    """A person as another issuer calls them. The person's own id never depends on it."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "person_id"),)

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    external_sub: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    password_at: Mapped[datetime | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    pushed_at: Mapped[datetime]


class PendingPush(Base):
    """A person whose account changed since Keycloak heard of it. A trigger writes the row, in the transaction of the change.

    One row a person: their present state is pushed, so nothing overtakes and nothing is lost; `wanted` grows with each change.
    """

    __tablename__ = "keycloak_push"
    __table_args__ = (
        CheckConstraint("parked_at is null or reason is not null", name="parked"),
        Index("ix_keycloak_push_due", "next_at", postgresql_where=text("parked_at is null")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wanted: Mapped[int] = mapped_column(BigInteger, default=1)
    asked_at: Mapped[datetime]
    next_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    parked_at: Mapped[datetime | None]


class KeycloakSignIn(Base):
    """What joins one of our sign-ins to Keycloak's session: for signing out there, and for being signed out from there."""

    __tablename__ = "keycloak_sign_in"

    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[str] = mapped_column(Text, index=True)
    id_token: Mapped[str] = mapped_column(Text)


class RealmState(Base):
    """What the job that keeps the realm found the last time; one row."""

    __tablename__ = "keycloak_realm"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    checked_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    changes: Mapped[list[Any]] = mapped_column(JSONB)
    fault: Mapped[str | None] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)


class EmergencyAccount(Base):
    """A person who may sign in past Keycloak, with local password and code; their account is never pushed."""

    __tablename__ = "emergency_account"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    order_number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    named_by: Mapped[UUID | None]
    named_at: Mapped[datetime]
