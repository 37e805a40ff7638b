"""The table of imports: what a person uploaded, what was found in it, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, uuid_pk
from portal.base import Base


class ImportRun(Versioned, Base):
    """One upload: a dry run first, applied later or never. Rows are kept as read, so that the dry run is what is applied."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("state IN ('checked', 'applied')", name="state"),
        CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied_at"),
    )

    id: Mapped[UUID] = uuid_pk()
    kind: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="checked")
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(Integer)
    bad: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    same: Mapped[int] = mapped_column(Integer)
    rows: Mapped[list[Any]] = mapped_column(JSONB)
    faults: Mapped[list[Any]] = mapped_column(JSONB)
