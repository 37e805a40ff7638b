"""Which columns the board counts as late, and how the figures of departments are put together (clause 13)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from ejournal.journal.rules import Column
from ejournal.journal.windows_rules import WEEK, Policy, monday_of, window

FIGURES = ("journals", "late", "missing", "reopened", "remarks")


def lessons_closed_before(today: date, policy: Policy) -> date:
    """Give the first day whose lessons still take marks today: the windows of all before it are over."""
    return monday_of(today - WEEK - timedelta(days=policy.lesson_days)) + WEEK


def midterms_closed_before(today: date, policy: Policy) -> date:
    """Give the first day whose midterm control still takes marks today."""
    return today - timedelta(days=policy.midterm_after)


def total(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Add up the figures of departments."""
    found = list(lines)
    return {name: sum(line[name] for line in found) for name in FIGURES}


def days_late(column: Column, policy: Policy, today: date) -> int:
    """Count the days since the window of a column was over; 0 while it is open or its date is not known."""
    span = window(column, policy)
    return max(0, (today - span[1]).days) if span else 0
