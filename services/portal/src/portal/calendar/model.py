"""Tables of the academic calendar: periods with their bells, days off beyond the fixed holidays."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, localized_check, uuid_pk
from portal.base import Base


class Period(Versioned, Base):
    """A semester or another period of study; its first half closes with the first midterm control."""

    __tablename__ = "period"
    __table_args__ = (
        localized_check("title"),
        CheckConstraint("starts <= half_ends AND half_ends < ends", name="dates_in_order"),
        CheckConstraint("code ~ '^[0-9]{4}-[1-9]$'", name="code_form"),
    )

    id: Mapped[UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[dict[str, str]]
    starts: Mapped[date]
    half_ends: Mapped[date]
    ends: Mapped[date]
    bells: Mapped[list[Any]] = mapped_column(JSONB)


class DayOff(Base):
    """A day without lessons: a moved holiday, Kurban Ait, an order of the chief."""

    __tablename__ = "day_off"
    __table_args__ = (localized_check("title"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
