"""The only clock. Everything that asks for the time asks here, so that a test can hold it still."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ACADEMY = ZoneInfo("Asia/Almaty")


class Frozen:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def advance(self, **parts: float) -> datetime:
        """Move the clock by a `timedelta` given in parts, and answer the new time."""
        self.at += timedelta(**parts)
        return self.at


_held: list[Frozen] = []


def now() -> datetime:
    """Answer the present moment, aware, in UTC."""
    return _held[-1].at if _held else datetime.now(UTC)


def today() -> date:
    """Answer the present date of the academy (Asia/Almaty)."""
    return now().astimezone(ACADEMY).date()


def minute() -> datetime:
    """Answer the beginning of the present minute, for what need not be newer."""
    return now().replace(second=0, microsecond=0)


def monotonic() -> float:
    """Answer seconds for measuring durations; never frozen."""
    return time.monotonic()


@contextmanager
def frozen(at: datetime) -> Iterator[Frozen]:
    """Hold the clock of the whole process at a moment; nests, and yields the handle that moves it.

    Raises:
        ValueError: the moment carries no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    held = Frozen(at.astimezone(UTC))
    _held.append(held)
    try:
        yield held
    finally:
        _held.remove(held)
