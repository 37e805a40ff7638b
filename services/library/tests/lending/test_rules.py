"""clause_17_7: the norms of lending, every reason at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.rules import Norm, Request, due_on, refusals

pytestmark = pytest.mark.unit

NORM = Norm(copies=3, days=14)
MONDAY = date(2026, 11, 23)
GOOD = {
    "reader_status": "active",
    "copy_state": "held",
    "open_loans": 0,
    "overdue_loans": 0,
    "norm": NORM,
    "on": MONDAY,
}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"open_loans": 2}, []),
        ({"open_loans": 3}, ["too_many_loans"]),
        ({"reader_status": "blocked"}, ["reader_not_active"]),
        ({"reader_status": "left"}, ["reader_not_active"]),
        ({"copy_state": "withdrawn"}, ["copy_withdrawn"]),
        ({"norm": None}, ["no_norm"]),
        ({"overdue_loans": 1, "open_loans": 1}, ["has_overdue"]),
        (
            {"reader_status": "blocked", "open_loans": 9, "overdue_loans": 2},
            ["reader_not_active", "too_many_loans", "has_overdue"],
        ),
    ],
)
def test_refusals(changes: dict[str, object], reasons: list[str]) -> None:
    assert refusals(Request(**(GOOD | changes))) == reasons


@pytest.mark.parametrize(
    ("issued", "days", "holidays", "due"),
    [
        (MONDAY, 14, (), date(2026, 12, 7)),
        (MONDAY, 13, (), date(2026, 12, 7)),
        (date(2026, 12, 2), 14, (date(2026, 12, 16), date(2026, 12, 17)), date(2026, 12, 18)),
    ],
)
def test_due_day(issued: date, days: int, holidays: tuple[date, ...], due: date) -> None:
    assert due_on(issued, Norm(1, days), holidays) == due


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 365))
def test_a_copy_is_never_due_on_a_sunday_nor_before_its_term(issued: date, days: int) -> None:
    due = due_on(issued, Norm(1, days))
    assert due.isoweekday() != 7
    assert timedelta(0) <= due - issued - timedelta(days=days) <= timedelta(days=1)
