"""Rules of lending: who may take what, until when; every refusal is one named function, and a librarian sees all of them at once.

Source: clause 17.7 of Order No. 21; the numbers are the academy's own norms, dated rows of `lending_norm`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Norm:
    """A norm of lending: how many copies at once, for how many days."""

    copies: int
    days: int


@dataclass(frozen=True)
class Request:
    """What the desk knows when a copy is to be issued."""

    reader_status: str
    copy_state: str
    open_loans: int
    overdue_loans: int
    norm: Norm | None
    on: date


def reader_not_active(request: Request) -> bool:
    """Refuse a reader who is blocked or has left."""
    return request.reader_status != "active"


def copy_withdrawn(request: Request) -> bool:
    """Refuse a copy that is no longer held."""
    return request.copy_state != "held"


def no_norm(request: Request) -> bool:
    """Refuse a category of readers without a norm in force."""
    return request.norm is None


def too_many_loans(request: Request) -> bool:
    """Refuse a reader who has all the copies the norm allows."""
    return request.norm is not None and request.open_loans >= request.norm.copies


def has_overdue(request: Request) -> bool:
    """Refuse a reader with an overdue copy."""
    return request.overdue_loans > 0


REFUSALS: tuple[Callable[[Request], bool], ...] = (
    reader_not_active,
    copy_withdrawn,
    no_norm,
    too_many_loans,
    has_overdue,
)


def refusals(request: Request) -> list[str]:
    """Collect every reason against an issue.

    Args:
        request: what the desk knows.

    Returns:
        Names of the refusals, in the order of `REFUSALS`; empty when the copy may be issued.
    """
    return [refuse.__name__ for refuse in REFUSALS if refuse(request)]


def due_on(issued_on: date, norm: Norm, holidays: Sequence[date] = ()) -> date:
    """Compute the day a copy is due, moved to the next working day.

    Args:
        issued_on: the day of issue, in the academy's time zone.
        norm: the norm that applies.
        holidays: days the library is closed beside Sundays.

    Returns:
        The first open day on or after issue day + norm days.
    """
    day = issued_on + timedelta(days=norm.days)
    while day.isoweekday() == 7 or day in holidays:
        day += timedelta(days=1)
    return day


def moment_after(last: datetime | None, now: datetime) -> datetime:
    """Give the moment of an act at a copy: now, but always after the last one.

    A clock that ran ahead and is set right must neither keep a reader from returning a book nor put two loans of a copy into one another.

    Args:
        last: when the copy was issued or taken back before, if ever.
        now: by the clock.
    """
    return now if last is None else max(now, last + timedelta.resolution)
