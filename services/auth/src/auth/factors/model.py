"""Second factors and recovery codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base


class Factor(Base):
    """The authenticator of a person; it counts from its first right code on. `last_step` is the step of the last code taken."""

    __tablename__ = "second_factor"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """One of the ten codes for a lost authenticator, as its hash; each opens once."""

    __tablename__ = "recovery_code"
    __table_args__ = (CheckConstraint("place between 0 and 9", name="place"),)

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("second_factor.person_id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]
