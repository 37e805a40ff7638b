"""The term of an appointment."""

from datetime import date, timedelta

import pytest

from ejournal.journal.windows_rules import Policy
from ejournal.substitutes.rules import last_day, term_fault

POLICY = Policy(lesson_days=10, midterm_after=5)
TODAY = date(2026, 10, 7)


def lesson(day: date | None, kind: str = "lesson"):
    return {"id": f"{kind}-{day}", "kind": kind, "date": day and day.isoformat(), "half": 1}


NEAR, FAR = lesson(date(2026, 10, 8)), lesson(date(2026, 10, 20))
COLUMNS = [NEAR, FAR, lesson(date(2026, 12, 19), "rk2"), lesson(None, "rk1")]


@pytest.mark.parametrize(
    ("until", "lessons", "expected"),
    [
        (TODAY - timedelta(days=1), [NEAR], "past"),
        (TODAY, [NEAR], "before-lesson"),
        (date(2026, 10, 8), [NEAR], ""),
        (date(2026, 10, 8), [NEAR, FAR], "before-lesson"),
        (date(2026, 10, 20), [NEAR, FAR], ""),
        (date(2026, 12, 24), [NEAR], ""),
        (date(2026, 12, 25), [NEAR], "too-long"),
        (date(9999, 12, 31), [FAR], "too-long"),
    ],
)
def test_clause_12_the_term_holds_the_lessons_and_ends_with_the_journal(until, lessons, expected) -> None:
    assert term_fault(until, lessons, columns=COLUMNS, today=TODAY, policy=POLICY) == expected


def test_without_a_term_an_appointment_lasts_as_long_as_the_window() -> None:
    # Thursday 8 October: its week ends on Sunday the 11th, and stays open ten days.
    assert last_day(NEAR, POLICY) == date(2026, 10, 21)
