"""Weeks, parity, halves, bells: tables and properties (clause 6.1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import ACADEMY
from portal.calendar import rules

pytestmark = pytest.mark.unit

TERM = rules.Term(date(2026, 9, 1), date(2026, 10, 24), date(2026, 12, 19))


@pytest.mark.parametrize(
    ("day", "week", "odd", "half"),
    [
        (date(2026, 9, 1), 1, True, 1),  # Tuesday: the week of the first day is week 1
        (date(2026, 9, 6), 1, True, 1),  # its Sunday
        (date(2026, 9, 7), 2, False, 1),
        (date(2026, 10, 24), 8, False, 1),  # the last day of the first half
        (date(2026, 10, 25), 8, False, 2),
        (date(2026, 11, 23), 13, True, 2),
        (date(2026, 12, 19), 16, False, 2),
    ],
)
def test_clause_6_1_week_parity_and_half_of_a_day(day: date, week: int, odd: bool, half: int) -> None:
    assert (rules.week_number(TERM, day), rules.is_odd(TERM, day), rules.half_of(TERM, day)) == (
        week,
        odd,
        half,
    )


def test_last_week() -> None:
    assert rules.last_week(TERM) == 16


@pytest.mark.parametrize(
    ("term", "faults"),
    [
        (TERM, []),
        (rules.Term(date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 2)), []),
        (
            rules.Term(date(2026, 9, 1), date(2026, 10, 1), date(2026, 9, 1)),
            ["ends-before-start", "half-outside"],
        ),
        (rules.Term(date(2026, 9, 1), date(2026, 8, 31), date(2026, 12, 1)), ["half-outside"]),
        (rules.Term(date(2026, 9, 1), date(2026, 12, 1), date(2026, 12, 1)), ["half-outside"]),
        (rules.Term(date(2026, 9, 1), date(2026, 12, 1), date(2027, 12, 1)), ["too-long"]),
    ],
)
def test_what_is_wrong_with_a_term(term: rules.Term, faults: list[str]) -> None:
    assert rules.term_faults(term) == faults


@pytest.mark.parametrize(
    ("bells", "fault"),
    [
        (rules.DEFAULT_BELLS, None),
        ([["09:00", "10:30"]], None),
        ([], "wrong-number"),
        ([["09:00"]], "wrong-number"),
        ([["08:00", "08:30"]] * 11, "wrong-number"),
        ([["10:30", "09:00"]], "not-in-order"),
        ([["09:00", "10:30"], ["10:20", "12:00"]], "not-in-order"),
        ([["nine", "ten"]], "not-a-time"),
        ([["25:00", "26:00"]], "not-a-time"),
    ],
)
def test_what_is_wrong_with_bells(bells: list[list[str]], fault: str | None) -> None:
    assert rules.bells_fault(bells) == fault


def test_pairs_are_moments_of_the_academys_clock() -> None:
    begins, ends = rules.moments(rules.DEFAULT_BELLS, date(2026, 11, 23), 3, ACADEMY)
    assert (begins.isoformat(), ends.isoformat()) == (
        "2026-11-23T12:40:00+05:00",
        "2026-11-23T14:10:00+05:00",
    )


@pytest.mark.parametrize("pair", [0, -1, 7])
def test_a_pair_the_bells_do_not_know(pair: int) -> None:
    with pytest.raises(IndexError):
        rules.moments(rules.DEFAULT_BELLS, date(2026, 11, 23), pair, ACADEMY)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 16), True),
        (date(2027, 3, 22), True),
        (date(2026, 10, 25), True),
        (date(2026, 12, 17), False),
    ],
)
def test_holidays_on_fixed_dates(day: date, expected: bool) -> None:
    assert rules.is_holiday(day) is expected


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(day=DAYS)
def test_a_week_is_seven_days_from_monday(day: date) -> None:
    week = rules.week_of(day)
    assert week[0].isoweekday() == 1
    assert len(week) == 7
    assert day in week


@given(starts=DAYS, ahead=st.integers(0, 200))
def test_parity_changes_every_monday_and_never_within_a_week(starts: date, ahead: int) -> None:
    term = rules.Term(starts, starts + timedelta(days=100), starts + timedelta(days=200))
    day = starts + timedelta(days=ahead)
    next_day = day + timedelta(days=1)
    changes = rules.is_odd(term, day) != rules.is_odd(term, next_day)
    assert changes is (next_day.isoweekday() == 1)


@given(starts=DAYS, weekday=st.integers(1, 7), length=st.integers(1, 300))
def test_days_on_a_weekday_are_all_of_them(starts: date, weekday: int, length: int) -> None:
    term = rules.Term(starts, starts, starts + timedelta(days=length))
    every = [starts + timedelta(days=n) for n in range(length + 1)]
    assert list(rules.days_on(term, weekday)) == [day for day in every if day.isoweekday() == weekday]
