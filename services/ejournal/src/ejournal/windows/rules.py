"""Rules of reopening: what is opened, and until when."""

from collections.abc import Iterable
from datetime import date, timedelta

from ejournal.journal.rules import Column
from ejournal.journal.windows_rules import Policy, in_week, monday_of


def term_fault(until: date, *, today: date, policy: Policy) -> str:
    """Say what is wrong with a term: `past`, `too-long`, or nothing."""
    if until < today:
        return "past"
    return "too-long" if until > last_day(today, policy) else ""


def last_day(today: date, policy: Policy) -> date:
    """Give the last day a reopening asked for today may have."""
    return today + timedelta(days=policy.reopen_days)


def opened_columns(columns: Iterable[Column], column: Column, *, whole_week: bool) -> list[str]:
    """Give the ids of the columns a reopening opens: the column, or every lesson of its week."""
    if not whole_week or column["kind"] != "lesson":
        return [column["id"]]
    return [one["id"] for one in in_week(columns, monday_of(date.fromisoformat(column["date"])))]
