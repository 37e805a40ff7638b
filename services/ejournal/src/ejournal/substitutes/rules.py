"""Rules of substitution: the term of an appointment. Pure: columns come as the read model keeps them, the day is given."""

from collections.abc import Iterable, Sequence
from datetime import date

from ejournal.journal.rules import Column
from ejournal.journal.windows_rules import Policy, window


def last_day(column: Column, policy: Policy) -> date:
    """Give the last day on which a lesson takes marks by the calendar: an appointment without a term lasts until then."""
    span = window(column, policy)
    return span[1] if span else date.fromisoformat(column["date"])


def term_fault(
    until: date, lessons: Sequence[Column], *, columns: Iterable[Column], today: date, policy: Policy
) -> str:
    """Say what is wrong with the term of an appointment.

    Args:
        until: the last day of the term.
        lessons: the lessons appointed for.
        columns: all columns of the journal; no term outlasts their windows.
        today: the date of the academy.
        policy: the windows of the institution.

    Returns:
        `past`, `before-lesson` (it ends before the last of the lessons), `too-long`, or nothing.
    """
    if until < today:
        return "past"
    if until.isoformat() < max(lesson["date"] for lesson in lessons):
        return "before-lesson"
    ends = (span[1] for column in columns if (span := window(column, policy)))
    return "too-long" if until > max(ends, default=until) else ""
