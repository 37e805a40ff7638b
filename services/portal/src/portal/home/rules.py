"""Rules of the home page as pure functions: what is new, what is overdue."""

from datetime import date, datetime, timedelta
from typing import Literal

Due = Literal["overdue", "soon", "later"]

NEW_FOR = timedelta(days=7)
SOON = timedelta(days=3)


def is_new(*, changed_at: datetime, now: datetime) -> bool:
    """Tell whether a mark is new: published within the last seven days."""
    return now - changed_at < NEW_FOR


def due(*, on: date | None, today: date) -> Due:
    """Tell how a loan stands: overdue, due within three days, or later."""
    if on is None or on > today + SOON:
        return "later"
    return "overdue" if on < today else "soon"


def greeting(hour: int) -> Literal["morning", "day", "evening"]:
    """Return how to greet somebody at an hour of the academy's clock."""
    if 5 <= hour < 12:
        return "morning"
    return "day" if 12 <= hour < 18 else "evening"
