"""Tables of study groups, and what the portal knows of people and units from auth/people."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Localized, Versioned, localized_check, uuid_pk
from portal.base import Base


class StudyGroup(Versioned, Base):
    """A study group; who is in it is known from auth/people by its code."""

    __tablename__ = "study_group"
    __table_args__ = (
        localized_check("title"),
        CheckConstraint("year_of_study BETWEEN 1 AND 6", name="year_of_study"),
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language"),
    )

    id: Mapped[UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[dict[str, str]]
    faculty_code: Mapped[str] = mapped_column(Text)
    programme: Mapped[str | None] = mapped_column(Text)
    year_of_study: Mapped[int] = mapped_column(SmallInteger)
    language: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, index=True)


class Person(Base):
    """Projection of auth/people: who a person is. Names are nowhere else."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_group_code_sort_key", "group_code", "sort_key"),
        Index("ix_person_number", "number"),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    family_name: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    patronymic: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    group_code: Mapped[str | None] = mapped_column(Text)
    department_code: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text)
    moved: Mapped[bool] = mapped_column(server_default=false())
    """An order placed the person: from then on orders lead, not the group of the account."""


class Unit(Base):
    """Projection of auth/people: an institution, faculty or department."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_kind_code", "kind", "code"),)

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[dict[str, str]] = mapped_column(Localized)
    parent_id: Mapped[UUID | None]
