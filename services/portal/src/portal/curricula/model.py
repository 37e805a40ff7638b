"""Tables of working curricula (clause 7): disciplines, and rows that say who is taught what in which period."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, localized_check, uuid_pk
from portal.base import Base


class Discipline(Versioned, Base):
    """A discipline and the department that teaches it."""

    __tablename__ = "discipline"
    __table_args__ = (localized_check("title"),)

    id: Mapped[UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[dict[str, str]]
    department_code: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, index=True)


class CurriculumRow(Versioned, Base):
    """A row of a working curriculum: for one group, or for a programme and year of study. A group's own row wins."""

    __tablename__ = "curriculum_row"
    __table_args__ = (
        CheckConstraint(
            "(group_id IS NOT NULL) <> (programme IS NOT NULL AND year_of_study IS NOT NULL)",
            name="one_audience",
        ),
        CheckConstraint("credits BETWEEN 1 AND 60", name="credits"),
        CheckConstraint("hours >= 0", name="hours"),
        CheckConstraint("control IN ('exam', 'credit')", name="control"),
        UniqueConstraint(
            *("discipline_id", "period_id", "group_id", "programme", "year_of_study"),
            name="uq_curriculum_row_subject",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = uuid_pk()
    discipline_id: Mapped[UUID] = mapped_column(ForeignKey("discipline.id"))
    period_id: Mapped[UUID] = mapped_column(ForeignKey("period.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("study_group.id"), index=True)
    programme: Mapped[str | None] = mapped_column(Text)
    year_of_study: Mapped[int | None] = mapped_column(SmallInteger)
    credits: Mapped[int] = mapped_column(SmallInteger)
    control: Mapped[str] = mapped_column(Text)
    hours: Mapped[int] = mapped_column(SmallInteger)
