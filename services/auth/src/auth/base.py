"""The declarative base of this service: its tables are its own, also where several services share a process."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis import db


class Base(db.Base):
    """Base of every mapped class of the service."""

    __abstract__ = True
    metadata = MetaData(naming_convention=db.NAMING)


class JudgedFile(db.Versioned, Base):
    """A file of an order as it was judged: its good rows and its faults, seen in the dry run; applied once, undone once."""

    __abstract__ = True

    id: Mapped[UUID] = db.uuid_pk()
    file_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    order_number: Mapped[str] = mapped_column(Text)
    order_date: Mapped[date]
    good: Mapped[list[Any]] = mapped_column(JSONB)
    faults: Mapped[list[Any]] = mapped_column(JSONB)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    applied_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
