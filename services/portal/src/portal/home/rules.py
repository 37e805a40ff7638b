"""Rules of the home page as pure functions: what is new, what is overdue, what is stale."""

from datetime import date, datetime, timedelta
from typing import Literal

Due = Literal["overdue", "soon", "later"]

NEW_FOR = timedelta(days=7)
SOON = timedelta(days=3)
STALE_AFTER = timedelta(minutes=5)


def is_new(*, changed_at: datetime, now: datetime) -> bool:
    """Tell whether a mark is new: published within the last seven days."""
    return now - changed_at < NEW_FOR


def due(*, on: date | None, today: date) -> Due:
    """Tell how a loan stands: overdue, due within three days, or later."""
    if on is None or on > today + SOON:
        return "later"
    return "overdue" if on < today else "soon"


def stale_since(*, checked_at: datetime | None, now: datetime) -> datetime | None:
    """Return since when a projection may have fallen behind, or None while it is fresh or was never filled."""
    if checked_at is None or now - checked_at <= STALE_AFTER:
        return None
    return checked_at


def greeting(hour: int) -> Literal["morning", "day", "evening"]:
    """Return how to greet somebody at an hour of the academy's clock."""
    if 5 <= hour < 12:
        return "morning"
    return "day" if 12 <= hour < 18 else "evening"
