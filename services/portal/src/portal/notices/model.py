"""Tables of notices: short texts of the academy to its own people, and who has read them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import Versioned, localized_check, uuid_pk
from portal.base import Base


class Notice(Versioned, Base):
    """A short text in Kazakh and Russian for an audience, shown until its last day."""

    __tablename__ = "notice"
    __table_args__ = (
        localized_check("title"),
        localized_check("text"),
        CheckConstraint("audience IN ('everybody', 'learners', 'teachers')", name="audience"),
    )

    id: Mapped[UUID] = uuid_pk()
    title: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    audience: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(index=True)
    last_day: Mapped[date]
    author_id: Mapped[UUID]


class NoticeRead(Base):
    """A person has read a notice."""

    __tablename__ = "notice_read"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
