"""Which columns of a journal take marks on a day (clause 12: each teacher within the own sections and dates).

Pure: columns come as the read model keeps them, the day is given. A granted reopening opens whatever the calendar closes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ejournal.journal.rules import Column

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Policy:
    """The windows of the institution.

    `lesson_days`: a week of lessons stays open so many days after its Sunday. `midterm_before`, `midterm_after`: a midterm control
    takes marks so many days before and after the end of its half. `reopen_days`: the longest term of a reopening. `days_off`:
    days without lessons, as `MM-DD` (every year) or `YYYY-MM-DD`.
    """

    lesson_days: int = 10
    midterm_before: int = 14
    midterm_after: int = 10
    reopen_days: int = 14
    days_off: frozenset[str] = frozenset()
    version: int = 1

    def is_day_off(self, day: date) -> bool:
        """Tell whether no lessons are held on a day."""
        return f"{day:%m-%d}" in self.days_off or day.isoformat() in self.days_off


def monday_of(day: date) -> date:
    """Give the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def window(column: Column, policy: Policy) -> tuple[date, date] | None:
    """Give the first and the last day on which a column takes marks by the calendar; None while its date is not known."""
    if not column["date"]:
        return None
    day = date.fromisoformat(column["date"])
    if column["kind"] != "lesson":
        return day - timedelta(days=policy.midterm_before), day + timedelta(days=policy.midterm_after)
    return day, monday_of(day) + WEEK + timedelta(days=policy.lesson_days - 1)


def closed_because(column: Column, *, policy: Policy, today: date, reopened: str | None = None) -> str:
    """Say why a column takes no marks today: empty when it does.

    Args:
        column: as the read model keeps it; `reopened` in it is the last day of a granted reopening.
        policy: the windows of the institution.
        today: the date of the academy.
        reopened: the last day until which the whole journal was reopened.

    Returns:
        `""`, `future` (the lesson is still to be held), `day-off` (no lessons on that day), `early` (the window of the midterm
        control is still to come), `closed` (the window is over).
    """
    if max(column.get("reopened") or "", reopened or "") >= today.isoformat():
        return ""
    if column["kind"] == "lesson" and policy.is_day_off(date.fromisoformat(column["date"])):
        return "day-off"
    span = window(column, policy)
    if span is None or today < span[0]:
        return "future" if column["kind"] == "lesson" else "early"
    return "closed" if today > span[1] else ""


def closed_columns(
    columns: Iterable[Column], *, policy: Policy, today: date, reopened: str | None = None
) -> dict[str, str]:
    """Give the reason of every column that takes no marks today, by its id."""
    reasons = {
        column["id"]: closed_because(column, policy=policy, today=today, reopened=reopened)
        for column in columns
    }
    return {column: reason for column, reason in reasons.items() if reason}


def in_week(columns: Iterable[Column], monday: date) -> list[Column]:
    """Give the lessons of a week."""
    last = (monday + WEEK).isoformat()
    return [c for c in columns if c["kind"] == "lesson" and monday.isoformat() <= c["date"] < last]


def day_off_faults(days: Sequence[str]) -> list[str]:
    """Give what is no day: neither `MM-DD` nor `YYYY-MM-DD`."""
    return [text for text in days if not _is_day(text)]


def _is_day(text: str) -> bool:
    whole = f"2024-{text}" if len(text) == 5 else text  # a leap year: 29 February is a day
    try:
        return date.fromisoformat(whole).isoformat() == whole
    except ValueError:
        return False


def stored(row: Mapping[str, Any]) -> Policy:
    """Make the policy of its stored row."""
    return Policy(**{**row, "days_off": frozenset(row["days_off"])})
