"""clause_11, Appeals: terms in working days and everything that stands against an appeal."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ejournal.appeals.rules import Filing, decision_refusals, filing_refusals, last_day

pytestmark = pytest.mark.unit
NO_DAY = frozenset()


@pytest.mark.parametrize(
    ("accepted", "days", "free", "last"),
    [
        ("2026-12-21", 3, (), "2026-12-24"),  # Monday to Thursday
        ("2026-12-24", 3, (), "2026-12-29"),  # over a Saturday and a Sunday
        ("2026-12-15", 3, ("2026-12-16", "2026-12-17"), "2026-12-22"),  # Independence days
        ("2026-12-26", 1, (), "2026-12-28"),  # accepted on a Saturday
        ("2026-12-21", 0, (), "2026-12-21"),
    ],
)
def test_a_term_counts_working_days(accepted: str, days: int, free: tuple[str, ...], last: str) -> None:
    found = last_day(date.fromisoformat(accepted), days, lambda day: day.isoformat() in free)
    assert found == date.fromisoformat(last)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 30))
def test_a_longer_term_never_ends_sooner(accepted: date, days: int) -> None:
    last, later = (last_day(accepted, n, NO_DAY.__contains__) for n in (days, days + 1))
    assert accepted <= last < later
    assert later - accepted >= timedelta(days=days + 1)
    assert later.weekday() < 5


DAY = date(2026, 12, 21)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"state": "failed"}, []),
        ({"superseded": True}, ["superseded"]),
        ({"state": "not_admitted"}, ["no-mark"]),
        ({"already": True}, ["already-filed"]),
        ({"today": DAY + timedelta(days=1)}, ["too-late"]),
        ({"already": True, "today": DAY + timedelta(days=9)}, ["already-filed", "too-late"]),
    ],
)
def test_filing_is_refused_with_every_reason(change: dict[str, Any], codes: list[str]) -> None:
    filing = {"state": "passed", "superseded": False, "already": False, "today": DAY, "last": DAY}
    assert filing_refusals(Filing(**filing | change)) == codes


@pytest.mark.parametrize(
    ("commission", "outcome", "exam", "codes"),
    [
        ("abc", "upheld", None, []),
        ("abc", "changed", 80, []),
        ("ab", "upheld", None, ["commission-size"]),
        ("aab", "upheld", None, ["commission-size"]),
        ("abcd", "upheld", None, ["commission-size"]),
        ("abx", "upheld", None, ["examiner-in-commission"]),
        ("abc", "changed", None, ["mark-missing"]),
        ("abc", "upheld", 80, ["mark-not-needed"]),
        ("xx", "changed", None, ["commission-size", "examiner-in-commission", "mark-missing"]),
    ],
)
def test_a_decision_is_refused_with_every_reason(
    commission: str, outcome: str, exam: int | None, codes: list[str]
) -> None:
    assert decision_refusals(commission, examiners={"x", "y"}, outcome=outcome, exam=exam) == codes


@pytest.mark.parametrize(
    ("outcome", "sealed", "order", "codes"),
    [
        ("changed", True, ("145-л", DAY), []),
        ("changed", True, (None, DAY), ["order-missing"]),
        ("changed", True, ("145-л", None), ["order-missing"]),
        ("changed", True, (None, None), ["order-missing"]),
        ("changed", False, (None, None), []),
        ("upheld", True, (None, None), []),
        ("upheld", True, (None, DAY), ["order-not-needed"]),
        ("upheld", False, ("145-л", DAY), ["order-not-needed"]),
    ],
)
def test_a_sealed_statement_is_rectified_by_an_order(
    outcome: str, sealed: bool, order: tuple[object, object], codes: list[str]
) -> None:
    exam = 80 if outcome == "changed" else None
    found = decision_refusals("abc", examiners="x", outcome=outcome, exam=exam, sealed=sealed, order=order)
    assert found == codes
