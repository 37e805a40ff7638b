"""Permissions as services registered them, roles, and who was granted which role by which order (clause 9)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base, JudgedFile
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
    """A set of permissions with a name: the templates of the first start, and the academy's `own` ones."""

    __tablename__ = "role"
    __table_args__ = (
        localized_check("title"),
        CheckConstraint("retired_at is null or own", name="templates_stay"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    position: Mapped[int]
    own: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class RolePermission(Base):
    """A permission a role has in this academy."""

    __tablename__ = "role_permission"

    role: Mapped[str] = mapped_column(ForeignKey("role.code"), primary_key=True)
    permission: Mapped[str] = mapped_column(ForeignKey("permission.code"), primary_key=True)


class Grant(Versioned, Base):
    """A role of a person within a scope, for a term, on the ground of an order.

    A deputy's grant names the grant it exercises (`deputy_of`) and the person replaced (`deputy_for`), and always has an end.
    Triggers refuse duties that do not go together and roles that are retired, whoever writes the row.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(f"scope_type in {SCOPES}", name="scope_type"),
        CheckConstraint(f"(scope_id is null) = (scope_type in {WITHOUT_ID})", name="scope_id"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="term"),
        CheckConstraint("given_by is distinct from person_id", name="not_to_oneself"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn"),
        CheckConstraint(
            "(deputy_of is null) = (deputy_for is null) and (deputy_of is null or valid_to is not null)",
            name="deputy",
        ),
        CheckConstraint("deputy_for is distinct from person_id", name="no_deputy_of_oneself"),
        ExcludeConstraint(
            ("person_id", "="),
            ("role", "="),
            ("scope_type", "="),
            (text("coalesce(scope_id, '')"), "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=text("withdrawn_at is null"),
            using="gist",
            name="ex_role_grant_living",
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
    deputy_of: Mapped[UUID | None] = mapped_column(ForeignKey("role_grant.id"), index=True)
    deputy_for: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("grant_import.id"), index=True)

    @property
    def basis(self) -> str:
        """The order it was given by."""
        return f"№ {self.order_number}, {self.order_date:%d.%m.%Y}"

    def holds(self, on: date) -> bool:
        """Tell whether it is in force on a day: not withdrawn, both ends counted."""
        return self.withdrawn_at is None and self.valid_from <= on <= (self.valid_to or on)

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
            "basis": self.basis,
            "revoked": self.withdrawn_at is not None,
        }


class GrantImport(JudgedFile):
    """A file of grants as it was judged: what a person saw in the dry run is applied, once, and can be undone, once."""

    __tablename__ = "grant_import"
    __table_args__ = (
        CheckConstraint("(applied_at is null) = (applied_by is null)", name="applied"),
        CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
        CheckConstraint("undone_at is null or applied_at is not null", name="undone_after_applied"),
    )


class Review(Versioned, Base):
    """A review of all living grants of one quarter; one is open at a time, and a sign-off closes it."""

    __tablename__ = "access_review"
    __table_args__ = (
        CheckConstraint("(closed_at is null) = (closed_by is null)", name="closed"),
        CheckConstraint("due_on >= starts_on", name="due"),
        Index("uq_access_review_open", text("(closed_at is null)"), unique=True, postgresql_where=text("closed_at is null")),
    )  # fmt: skip

    id: Mapped[UUID] = uuid_pk()
    quarter: Mapped[str] = mapped_column(Text, index=True)
    starts_on: Mapped[date]
    due_on: Mapped[date]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    closed_order: Mapped[str | None] = mapped_column(Text)


class ReviewLine(Versioned, Base):
    """One grant under review: confirmed or marked for withdrawal, by one reviewer or, where `two` says so, by two."""

    __tablename__ = "access_review_line"
    __table_args__ = (
        CheckConstraint("decision in ('confirm', 'withdraw')", name="decision"),
        CheckConstraint("(decision is null) = (decided_by is null)", name="decided"),
        CheckConstraint("decision is distinct from 'withdraw' or coalesce(btrim(reason), '') <> ''", name="reason"),
        CheckConstraint("decided_by is distinct from person_id and seconded_by is distinct from person_id", name="not_the_holder"),
        CheckConstraint("seconded_by is null or decided_by is not null and seconded_by <> decided_by", name="two_people"),
        Index("uq_access_review_line", "review_id", "grant_id", unique=True),
    )  # fmt: skip

    id: Mapped[UUID] = uuid_pk()
    review_id: Mapped[UUID] = mapped_column(ForeignKey("access_review.id"))
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("role_grant.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(ForeignKey("role.code"))
    unit: Mapped[str] = mapped_column(Text)
    risk: Mapped[str] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    seconded_by: Mapped[UUID | None]
    seconded_at: Mapped[datetime | None]
