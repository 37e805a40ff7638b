"""Tables of readers: the card index, a projection of auth/people with the library's own card numbers."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from library.base import Base


class Reader(Base):
    """A reader: a person known from auth/people with a library card."""

    __tablename__ = "reader"
    __table_args__ = (
        CheckConstraint("category IN ('learner', 'teacher', 'staff')", name="category"),
        CheckConstraint("status IN ('active', 'blocked', 'left')", name="status"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    card: Mapped[int] = mapped_column(Integer, Identity(start=100001), unique=True)
    name: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(10))
    group_code: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))
    sort_key: Mapped[str] = mapped_column(Text, index=True)
    folded: Mapped[str] = mapped_column(Text)
