"""The journal's own rules, where no page is needed to see them."""

from datetime import date

import pytest

from ejournal.journal.rules import latest

COLUMNS = [
    {"id": "first", "kind": "lesson", "date": "2026-09-07", "pair": 1},
    {"id": "second", "kind": "lesson", "date": "2026-09-07", "pair": 2},
    {"id": "rk1", "kind": "rk1", "date": "2026-10-24", "pair": None},
    {"id": "later", "kind": "lesson", "date": "2026-11-02", "pair": None},
    {"id": "rk2", "kind": "rk2", "date": None, "pair": None},
]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ((2026, 8, 1), "first"),
        ((2026, 9, 7), "second"),
        ((2026, 10, 30), "second"),
        ((2026, 11, 2), "later"),
        ((2027, 1, 1), "later"),
    ],
)
def test_the_latest_lesson_that_has_begun(today: tuple[int, int, int], found: str) -> None:
    assert latest(COLUMNS, date(*today)) == found
