"""What is new, overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.home import rules

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "new"), [(timedelta(0), True), (timedelta(days=6), True), (timedelta(days=7), False)]
)
def test_a_mark_is_new_for_a_week(age: timedelta, new: bool) -> None:
    assert rules.is_new(changed_at=NOW - age, now=NOW) is new


@pytest.mark.parametrize(
    ("day", "state"),
    [(None, "later"), (22, "overdue"), (23, "soon"), (26, "soon"), (27, "later")],
)
def test_how_a_loan_stands(day: int | None, state: str) -> None:
    on = date(2026, 11, day) if day else None
    assert rules.due(on=on, today=date(2026, 11, 23)) == state


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "evening"), (5, "morning"), (11, "morning"), (12, "day"), (17, "day"), (18, "evening")],
)
def test_greeting(hour: int, words: str) -> None:
    assert rules.greeting(hour) == words
