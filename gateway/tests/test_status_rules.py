"""Availability by the minute: what is planned, what is unforeseen, and the percentage (clause 14)."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.status import rules
from gateway.status.rules import Account, Span, Window

pytestmark = pytest.mark.unit
WORDS = {"kk": "Жаңарту", "ru": "Обновление"}


def window(starts: int, ends: int, announced: int = 0, **more: object) -> Window:
    return Window("w", starts, ends, announced, WORDS, **more)


@pytest.mark.parametrize(
    ("probes", "up"),
    [
        ([], None),
        ([True], True),
        ([False], False),
        ([True] * 11 + [False], True),
        ([True] * 10 + [False] * 2, False),
        ([False] * 12, False),
    ],
)
def test_a_minute_survives_one_failed_probe_and_not_two(probes: list[bool], up: bool | None) -> None:
    assert rules.judge(probes) is up


@pytest.mark.parametrize(
    ("windows", "planned"),
    [
        ([], 0),
        ([window(100, 160)], 60),
        ([window(80, 130)], 30),
        ([window(150, 300)], 50),
        ([window(0, 50), window(200, 260)], 0),
        ([window(100, 140), window(120, 160)], 60),
        ([window(100, 160), window(110, 120)], 60),
        ([window(100, 160, announced=130)], 30),
        ([window(100, 160, announced=170)], 0),
        ([window(100, 160, withdrawn=90)], 0),
        ([window(100, 160, withdrawn=120)], 20),
        ([window(100, 160, parts=("library",))], 60),
        ([window(100, 160, parts=("portal",))], 0),
    ],
)
def test_an_outage_is_planned_where_work_was_announced_before_clause_14(
    windows: list[Window], planned: int
) -> None:
    spans = [Span("library", True, 0, 100), Span("library", False, 100, 200), Span("portal", False, 0, 500)]
    assert rules.account("library", spans, windows) == Account(200, planned, 100 - planned)


@pytest.mark.parametrize(
    ("account", "available", "beside_planned"),
    [
        (Account(), "—", "—"),
        (Account(43_200, 0, 0), "100.00", "100.00"),
        (Account(43_200, 0, 1), "99.99", "99.99"),
        (Account(43_200, 60, 0), "99.86", "100.00"),
        (Account(43_200, 60, 432), "98.86", "98.99"),
        (Account(60, 60, 0), "0.00", "—"),
        (Account(60, 0, 60), "0.00", "0.00"),
    ],
)
def test_a_percentage_is_cut_and_never_rounded_up(
    account: Account, available: str, beside_planned: str
) -> None:
    assert rules.percent(account.available) == available
    assert rules.percent(account.beside_planned) == beside_planned


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), max_size=6))
def test_overlapping_windows_count_every_minute_once(edges: list[tuple[int, int, int]]) -> None:
    windows = [window(a, b, announced=c) for a, b, c in edges]
    covered = {m for w in windows for m in range(*w.force) if 100 <= m < 200}
    assert rules.announced_minutes("library", 100, 200, windows) == len(covered)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60))
def test_a_history_judges_every_minute_once_and_keeps_the_first_word(notes: list[tuple[int, bool]]) -> None:
    spans: list[Span] = []
    expected: dict[int, bool] = {}
    for minute, up in notes:
        if not expected or minute > max(expected):
            expected[minute] = up
        spans = rules.extend(spans, minute, {"auth": up})
    assert {m: s.up for s in spans for m in range(s.since, s.until)} == expected
    assert sum(s.until - s.since for s in spans) == len(expected)
    assert all(a.until < b.since or a.up != b.up for a, b in itertools.pairwise(spans)), "as few as can be"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"starts": 50}, "past"),
        ({"ends": 200}, "later than FROM"),
        ({"ends": 200 + 73 * 60}, "72 hours"),
        ({"starts": 600_000, "ends": 600_010}, "a year"),
        ({"reason": {"ru": "Обновление"}}, "REASON_KK"),
        ({"reason": {"kk": "Жаңарту", "ru": " "}}, "REASON_RU"),
        ({"reason": {"kk": "x" * 301, "ru": "y"}}, "300"),
        ({"parts": ("canteen",)}, "auth"),
    ],
)
def test_an_announcement_is_made_beforehand_and_says_why(change: dict[str, object], words: str) -> None:
    good = {"id": "w", "starts": 200, "ends": 260, "announced": 100, "reason": WORDS, "parts": ("auth",)}
    found = list(rules.faults(Window(**{**good, **change}), ("auth", "portal")))
    assert len(found) == bool(words)
    assert words in "".join(found)


@pytest.mark.parametrize(
    ("minute", "month"), [(0, "1970-01"), (29_934_419, "2026-11"), (29_934_420, "2026-12")]
)
def test_months_are_those_of_the_academy(minute: int, month: str) -> None:
    assert rules.month_of(minute) == month


def test_shares_are_exact() -> None:
    assert Account(3, 1, 1).available == Fraction(1, 3)
    assert Account(3, 1, 1).beside_planned == Fraction(1, 2)
