"""The one row of the academy's rules."""

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auth.base import Base
from auth.policy.rules import BOUNDS
from chassis.db import Versioned


class PolicyRow(Versioned, Base):
    """The rules as the academy set them; without the row the defaults hold."""

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("login_rule in ('transliteration', 'number')", name="login_rule"),
        *(
            CheckConstraint(f"{name} between {low} and {high}", name=name)
            for name, (low, high) in BOUNDS.items()
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, default=1)
    login_rule: Mapped[str] = mapped_column(Text)
    password_length: Mapped[int]
    password_history: Mapped[int]
    slip_days: Mapped[int]
    code_minutes: Mapped[int]
    second_factor_roles: Mapped[list[str]] = mapped_column(JSONB)
    idle_minutes: Mapped[int]
    idle_minutes_by_role: Mapped[dict[str, int]] = mapped_column(JSONB)
    session_hours: Mapped[int]
    session_hours_by_role: Mapped[dict[str, int]] = mapped_column(JSONB)
