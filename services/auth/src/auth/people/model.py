"""People of the academy and the intakes they came with."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base, JudgedFile
from chassis.db import Versioned, uuid_pk


class Person(Versioned, Base):
    """A person; the id is the `sub` of every token and the only thing other services call them by."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("kind in ('learner', 'teacher', 'staff')", name="kind"),
        CheckConstraint("status in ('active', 'blocked', 'left')", name="status"),
        CheckConstraint("language in ('kk', 'ru', 'en')", name="language"),
        Index("ix_person_sort", "sort_key", "id"),
    )

    id: Mapped[UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(Text, unique=True)
    family_name: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    patronymic: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    group_code: Mapped[str | None] = mapped_column(Text, index=True)
    department_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"), index=True)
    language: Mapped[str] = mapped_column(Text, default="kk")
    status: Mapped[str] = mapped_column(Text, default="active")
    sort_key: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    intake_id: Mapped[UUID | None] = mapped_column(ForeignKey("intake.id"), index=True)

    @property
    def full_name(self) -> str:
        """Family name, given name and patronymic, as documents write them."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))


class Intake(JudgedFile):
    """A file of people as it was judged: what a person saw in the dry run is what is applied, once, and may be undone, once.

    A good row has the fields of a record, its number in the file (`row`), what it does (`act`), for a person who is there
    already `person_id`, `version` and the old values of what changes (`before`); and once applied `person_id` and the
    version it left the record in (`left_at`).
    """

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("(applied_at is null) = (applied_by is null)", name="applied"),
        CheckConstraint(
            "(undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_reason is null)",
            name="undone",
        ),
        CheckConstraint("undone_at is null or undone_at >= applied_at", name="undone_after_applied"),
    )

    undone_reason: Mapped[str | None] = mapped_column(Text)
