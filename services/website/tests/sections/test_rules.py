"""Rules of the sections: the applicant's path, days ahead, days to an answer, figures as CSV."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.applicants.rules import kazakh_until, places
from website.blog.rules import days_to_answer
from website.schedule.rules import days_ahead
from website.statistics.rules import Table, csv_of, is_due, table_of

pytestmark = pytest.mark.unit
SPANS = [
    (date(2026, 11, 1), date(2027, 2, 15)),
    (date(2027, 3, 1), date(2027, 4, 30)),
    (date(2027, 5, 3), None),
]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 10, 1), ["now", "", ""]),
        (date(2026, 11, 23), ["now", "", ""]),
        (date(2027, 2, 15), ["now", "", ""]),
        (date(2027, 2, 16), ["done", "now", ""]),
        (date(2027, 5, 3), ["done", "done", "now"]),
        (date(2027, 5, 4), ["done", "done", "done"]),
    ],
)
def test_where_am_i_now(today: date, expected: list[str]) -> None:
    assert places(SPANS, today) == expected


@given(st.lists(st.tuples(st.dates() | st.none(), st.none()), max_size=8), st.dates())
def test_at_most_one_step_is_now(spans: list[tuple[date | None, None]], today: date) -> None:
    assert places(spans, today).count("now") <= 1


def test_kazakh_until() -> None:
    assert kazakh_until(date(2027, 2, 15)) == "15 ақпанға"


@pytest.mark.parametrize(("announced", "days"), [(date(2026, 11, 20), 188), (date(2027, 6, 1), 0)])
def test_clause_20_days_ahead(announced: date, days: int) -> None:
    assert days_ahead(announced, date(2027, 5, 27)) == days


def test_days_to_answer() -> None:
    assert days_to_answer({"asked_on": "2026-11-11", "answered_on": "2026-11-13"}) == 2
    assert days_to_answer({"asked_on": "2026-11-11"}) is None


def test_clause_22_figures_as_csv_and_their_term() -> None:
    facts = {
        "chart": {
            "title": {"kk": "Қабылдау", "ru": "Приём"},
            "labels": ["2025", "2026"],
            "series": [{"name": {"kk": "Қабылданды", "ru": "Принято"}, "values": [240, 252]}],
        }
    }
    table = table_of(facts, "ru")
    assert table == Table("Приём", ["2025", "2026"], {"Принято": [240, 252]})
    assert table_of(facts, "en").title == "Қабылдау"  # type: ignore[union-attr]
    assert csv_of(table, "Год") == "\ufeffГод;Принято\r\n2025;240\r\n2026;252\r\n"
    assert table_of({}, "kk") is None
    assert is_due(date(2027, 1, 10), date(2027, 1, 11))
    assert not is_due(date(2027, 1, 10), date(2027, 1, 10))
