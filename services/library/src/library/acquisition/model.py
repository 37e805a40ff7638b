"""Tables of acquisition: the copies of the holdings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import uuid_pk
from library.base import Base


class Copy(Base):
    """A copy: one row of the inventory book. Inventory number and barcode are given once and never again."""

    __tablename__ = "copy"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'withdrawn')", name="state"),
        CheckConstraint("inventory_number ~ '^[0-9A-Za-zА-Яа-я/-]{1,20}$'", name="inventory_number"),
        CheckConstraint("barcode ~ '^[0-9A-Z-]{4,20}$'", name="barcode"),
    )

    id: Mapped[UUID] = uuid_pk()
    record_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"), index=True)
    inventory_number: Mapped[str] = mapped_column(String(20), unique=True)
    barcode: Mapped[str] = mapped_column(String(20), unique=True)
    place: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default="held")
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]


class NumberSeries(Base):
    """A series of numbers without gaps, one row each; taking a number locks the row until the end of the transaction."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0)
