"""The academic calendar as pure functions (clause 6.1 of Order No. 21): weeks, parity, halves, days off, bells.

Everything bound to time derives from a `Term`: a period with its dates. Weeks are calendar weeks from Monday; the week in
which a period begins is week 1 and odd, whatever weekday it begins on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

Bells = Sequence[Sequence[str]]

DEFAULT_BELLS: tuple[tuple[str, str], ...] = (
    ("09:00", "10:30"),
    ("10:40", "12:10"),
    ("12:40", "14:10"),
    ("14:20", "15:50"),
    ("16:00", "17:30"),
    ("17:40", "19:10"),
)
LAST_PAIR = 10
LONGEST_DAYS = 400

# National and state holidays on fixed dates: Law of 13 December 2001 No. 267-II "On holidays in the Republic of Kazakhstan".
HOLIDAYS: frozenset[tuple[int, int]] = frozenset(
    {(1, 1), (1, 2), (1, 7), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (7, 6), (8, 30)}
    | {(10, 25), (12, 16)}
)


@dataclass(frozen=True, slots=True)
class Term:
    """The dates of a period: first day, last day of the first half, last day."""

    starts: date
    half_ends: date
    ends: date


def monday_of(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def week_number(term: Term, day: date) -> int:
    """Return the number of the week of a day in its period; the first is 1."""
    return (monday_of(day) - monday_of(term.starts)).days // 7 + 1


def is_odd(term: Term, day: date) -> bool:
    """Tell whether a day lies in an odd week of its period."""
    return week_number(term, day) % 2 == 1


def last_week(term: Term) -> int:
    """Return the number of the last week of a period."""
    return week_number(term, term.ends)


def half_of(term: Term, day: date) -> int:
    """Return the half of the period (1 or 2) in which a day lies; a midterm control closes each."""
    return 1 if day <= term.half_ends else 2


def is_holiday(day: date) -> bool:
    """Tell whether a day is a holiday on a fixed date; moved and lunar ones are days off in the database."""
    return (day.month, day.day) in HOLIDAYS


def days_on(term: Term, weekday: int) -> Iterator[date]:
    """Yield every date of the period on a weekday (1 is Monday)."""
    day = term.starts + timedelta(days=(weekday - term.starts.isoweekday()) % 7)
    while day <= term.ends:
        yield day
        day += timedelta(days=7)


def week_of(day: date) -> tuple[date, ...]:
    """Return the seven days of the week of a day, Monday first."""
    monday = monday_of(day)
    return tuple(monday + timedelta(days=n) for n in range(7))


def moments(bells: Bells, day: date, pair: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a pair begins and ends on a day, aware.

    Raises:
        IndexError: the bells know no such pair.
    """
    if pair < 1:
        raise IndexError(pair)
    begins, ends = bells[pair - 1]
    return (
        datetime.combine(day, time.fromisoformat(begins), zone),
        datetime.combine(day, time.fromisoformat(ends), zone),
    )


def term_faults(term: Term) -> list[str]:
    """Return the codes of what is wrong with the dates of a period; none is good."""
    return [fault for test in TERM_TESTS if (fault := test(term))]


def _ends_before_it_starts(term: Term) -> str | None:
    return "ends-before-start" if term.ends <= term.starts else None


def _half_outside(term: Term) -> str | None:
    return None if term.starts <= term.half_ends < term.ends else "half-outside"


def _too_long(term: Term) -> str | None:
    return "too-long" if (term.ends - term.starts).days > LONGEST_DAYS else None


TERM_TESTS = (_ends_before_it_starts, _half_outside, _too_long)


def bells_fault(bells: Bells) -> str | None:
    """Return what is wrong with a table of bells: each pair must end after it begins and before the next begins."""
    try:
        moments_ = [time.fromisoformat(moment) for pair in bells for moment in pair]
    except ValueError:
        return "not-a-time"
    if not bells or len(bells) > LAST_PAIR or any(len(pair) != 2 for pair in bells):
        return "wrong-number"
    rising = all(earlier < later for earlier, later in pairwise(moments_))
    return None if rising else "not-in-order"
