"""What the quality unit knows of unusual entries, and a frozen copy of the board for each day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ejournal.base import Base


class Explained(Base):
    """What was found unusual and has been explained: it is not shown as unusual any more."""

    __tablename__ = "unusual_explained"
    __table_args__ = (CheckConstraint("length(words) >= 5", name="words"),)

    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journal.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    explained_by: Mapped[UUID]
    explained_at: Mapped[datetime]


class BoardDay(Base):
    """The figures of a department on a day, as first counted that day; rows are only added."""

    __tablename__ = "board_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    department_code: Mapped[str] = mapped_column(Text, primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frozen_at: Mapped[datetime]
