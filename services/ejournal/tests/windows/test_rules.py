"""Rules of reopening: what is opened, and until when."""

from datetime import date

import pytest

from ejournal.journal.windows_rules import Policy
from ejournal.windows.rules import last_day, opened_columns, term_fault

TODAY = date(2026, 11, 26)
COLUMNS = [
    {"id": "mon", "kind": "lesson", "date": "2026-11-09"},
    {"id": "sun", "kind": "lesson", "date": "2026-11-15"},
    {"id": "rk1", "kind": "rk1", "date": "2026-11-14"},
    {"id": "after", "kind": "lesson", "date": "2026-11-16"},
]


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        (date(2026, 11, 25), "past"), (date(2026, 11, 26), ""), (date(2026, 12, 10), ""),
        (date(2026, 12, 11), "too-long"), (date(9999, 12, 31), "too-long"),
    ],
)  # fmt: skip
def test_a_term_lies_ahead_and_is_no_longer_than_allowed(until: date, fault: str) -> None:
    assert term_fault(until, today=TODAY, policy=Policy(reopen_days=14)) == fault
    assert last_day(TODAY, Policy(reopen_days=14)) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("place", "whole_week", "ids"),
    [
        (0, False, ["mon"]), (0, True, ["mon", "sun"]), (1, True, ["mon", "sun"]), (2, True, ["rk1"]),
        (3, True, ["after"]),
    ],
)  # fmt: skip
def test_a_week_is_its_lessons_and_a_midterm_control_itself(place, whole_week, ids) -> None:
    assert opened_columns(COLUMNS, COLUMNS[place], whole_week=whole_week) == ids
