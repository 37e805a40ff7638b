"""Permissions as services registered them, roles, and who was granted which role by which order (clause 9)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base
from chassis.db import Localized, Versioned, localized_check, uuid_pk

SCOPES = (
    "institution",
    "faculty",
    "department",
    "group",
    "discipline",
    "assigned",
    "library_module",
    "website_section",
    "self",
)
WITHOUT_ID = "('institution', 'assigned', 'self')"


class Permission(Base):
    """One act a service guards; the row is the service's own declaration."""

    __tablename__ = "permission"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    service: Mapped[str] = mapped_column(Text, index=True)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    risk: Mapped[str] = mapped_column(Text)
    needs_step_up: Mapped[bool]
    forbidden_with: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Role(Versioned, Base):
    """A set of permissions with a name; the templates stand from the first start."""

    __tablename__ = "role"
    __table_args__ = (localized_check("title"),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    position: Mapped[int]


class RolePermission(Base):
    """A permission a role has in this academy."""

    __tablename__ = "role_permission"

    role: Mapped[str] = mapped_column(ForeignKey("role.code"), primary_key=True)
    permission: Mapped[str] = mapped_column(ForeignKey("permission.code"), primary_key=True)


class Grant(Versioned, Base):
    """A role of a person within a scope, for a term, on the ground of an order."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(f"scope_type in {SCOPES}", name="scope_type"),
        CheckConstraint(f"(scope_id is null) = (scope_type in {WITHOUT_ID})", name="scope_id"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="term"),
        CheckConstraint("given_by is distinct from person_id", name="not_to_oneself"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn"),
        Index(
            "uq_role_grant_living",
            "person_id",
            "role",
            "scope_type",
            text("coalesce(scope_id, '')"),
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.code"), index=True)
    scope_type: Mapped[str] = mapped_column(Text)
    scope_id: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    order_number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    given_by: Mapped[UUID | None]
    given_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_order: Mapped[str | None] = mapped_column(Text)

    def as_event(self) -> dict[str, Any]:
        """Return the whole present state, as `auth.grant.recorded.v1` carries it."""
        return {
            "grant_id": str(self.id),
            "person_id": str(self.person_id),
            "role": self.role,
            "scope_type": self.scope_type,
            "scope_id": self.scope_id,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to and self.valid_to.isoformat(),
            "basis": f"№ {self.order_number}, {self.order_date:%d.%m.%Y}",
            "revoked": self.withdrawn_at is not None,
        }
