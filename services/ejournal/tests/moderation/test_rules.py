"""Which columns are late: the board counts by the same windows as the journal."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ejournal.journal.windows_rules import Policy, closed_because
from ejournal.moderation.rules import (
    FIGURES,
    days_late,
    lessons_closed_before,
    midterms_closed_before,
    total,
)

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(-60, 60), st.integers(0, 40))
def test_clause_13_a_lesson_is_late_when_its_window_is_over(today: date, shift: int, days: int) -> None:
    policy, day = Policy(lesson_days=days), today + timedelta(days=shift)
    column = {"id": "x", "kind": "lesson", "date": day.isoformat()}
    over = closed_because(column, policy=policy, today=today) == "closed"
    assert over == (day < lessons_closed_before(today, policy))


@given(DAYS, st.integers(-60, 60), st.integers(0, 40))
def test_a_midterm_control_is_late_when_its_window_is_over(today: date, shift: int, days: int) -> None:
    policy, day = Policy(midterm_after=days), today + timedelta(days=shift)
    column = {"id": "x", "kind": "rk1", "date": day.isoformat()}
    over = closed_because(column, policy=policy, today=today) == "closed"
    assert over == (day < midterms_closed_before(today, policy))


@given(DAYS, st.integers(-60, 60))
def test_lateness_is_counted_from_the_end_of_the_window(today: date, shift: int) -> None:
    policy = Policy()
    column = {"id": "x", "kind": "lesson", "date": (today + timedelta(days=shift)).isoformat()}
    over = closed_because(column, policy=policy, today=today) == "closed"
    late = days_late(column, policy, today)
    assert (late > 0) == over
    if over:
        assert days_late(column, policy, today + timedelta(days=1)) == late + 1
    assert days_late({"id": "x", "kind": "rk1", "date": None}, policy, today) == 0


def test_figures_add_up() -> None:
    lines = [dict.fromkeys(FIGURES, n) for n in (1, 2, 3)]
    assert total(lines) == dict.fromkeys(FIGURES, 6)
    assert total([]) == dict.fromkeys(FIGURES, 0)
