"""The tree of the academy: one institution, its faculties, their departments."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base
from chassis.db import Localized, Versioned, localized_check, uuid_pk


class Unit(Versioned, Base):
    """A unit with a code that never changes: people, grants and other services refer to it."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("kind in ('institution', 'faculty', 'department')", name="kind"),
        CheckConstraint("(kind = 'institution') = (parent_id is null)", name="parent"),
        localized_check("title"),
        Index("uq_unit_one_institution", "kind", unique=True, postgresql_where=text("kind = 'institution'")),
    )

    id: Mapped[UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
