"""The windows: which columns take marks on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ejournal.journal.windows_rules import (
    Policy,
    closed_because,
    closed_columns,
    day_off_faults,
    in_week,
    monday_of,
    window,
)

POLICY = Policy(days_off=frozenset({"12-16", "2027-01-04"}))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def lesson(day: str, **more: object) -> dict[str, object]:
    return {"id": f"lesson {day}", "kind": "lesson", "date": day, "pair": 1, "half": 1, **more}


def midterm(day: str | None, **more: object) -> dict[str, object]:
    return {"id": f"rk {day}", "kind": "rk1", "date": day, "pair": None, "half": 1, **more}


@pytest.mark.parametrize(
    ("column", "today", "reason"),
    [
        # A lesson of Wednesday 11 November: its week ends on Sunday the 15th and stays open ten days more.
        (lesson("2026-11-11"), "2026-11-10", "future"),
        (lesson("2026-11-11"), "2026-11-11", ""),
        (lesson("2026-11-11"), "2026-11-15", ""),
        (lesson("2026-11-11"), "2026-11-25", ""),
        (lesson("2026-11-11"), "2026-11-26", "closed"),
        # Monday and Sunday of one week close together.
        (lesson("2026-11-09"), "2026-11-25", ""),
        (lesson("2026-11-15"), "2026-11-25", ""),
        (lesson("2026-11-15"), "2026-11-26", "closed"),
        # Independence day of every year, and one day off of a certain year.
        (lesson("2026-12-16"), "2026-12-16", "day-off"),
        (lesson("2031-12-16"), "2031-12-17", "day-off"),
        (lesson("2027-01-04"), "2027-01-05", "day-off"),
        (lesson("2028-01-04"), "2028-01-05", ""),
        # Midterm controls by the end of the half.
        (midterm("2026-10-24"), "2026-10-09", "early"),
        (midterm("2026-10-24"), "2026-10-10", ""),
        (midterm("2026-10-24"), "2026-11-03", ""),
        (midterm("2026-10-24"), "2026-11-04", "closed"),
        (midterm("2026-12-16"), "2026-12-16", ""),
        (midterm(None), "2026-12-16", "early"),
        # A granted reopening opens whatever the calendar closes, until its last day.
        (lesson("2026-11-11", reopened="2026-12-01"), "2026-12-01", ""),
        (lesson("2026-11-11", reopened="2026-12-01"), "2026-12-02", "closed"),
        (lesson("2026-12-16", reopened="2026-12-18"), "2026-12-17", ""),
        (midterm("2026-10-24", reopened="2026-12-01"), "2026-11-30", ""),
    ],
)  # fmt: skip
def test_clause_12_a_column_takes_marks_in_its_window(column, today: str, reason: str) -> None:
    assert closed_because(column, policy=POLICY, today=date.fromisoformat(today)) == reason


def test_a_whole_journal_is_reopened_until_a_day() -> None:
    old = lesson("2026-09-07")
    for today, reason in ((date(2026, 12, 1), ""), (date(2026, 12, 2), "closed")):
        assert closed_because(old, policy=POLICY, today=today, reopened="2026-12-01") == reason


@given(DAYS, DAYS, st.integers(0, 60))
def test_a_longer_window_never_closes_what_a_shorter_leaves_open(day: date, today: date, days: int) -> None:
    column = lesson(day.isoformat())
    shorter = closed_because(column, policy=Policy(lesson_days=days), today=today)
    longer = closed_because(column, policy=Policy(lesson_days=days + 1), today=today)
    assert shorter or not longer


@given(DAYS, st.integers(0, 60))
def test_a_lesson_is_open_on_its_day_and_every_day_up_to_the_last(day: date, days: int) -> None:
    policy, column = Policy(lesson_days=days), lesson(day.isoformat())
    first, last = window(column, policy)  # type: ignore[misc]
    assert first == day
    assert (last - timedelta(days=days)).isoweekday() == 7
    opened = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert {closed_because(column, policy=policy, today=one) for one in opened} == {""}
    assert closed_because(column, policy=policy, today=first - timedelta(days=1)) == "future"
    assert closed_because(column, policy=policy, today=last + timedelta(days=1)) == "closed"


@given(DAYS, DAYS, st.booleans())
def test_nothing_is_closed_while_reopened(day: date, today: date, midterm_: bool) -> None:
    column = (midterm if midterm_ else lesson)(day.isoformat(), reopened=today.isoformat())
    off = Policy(days_off=frozenset({day.isoformat()}))
    assert closed_because(column, policy=off, today=today) == ""


@given(DAYS)
def test_a_week_begins_on_monday_and_holds_its_days(day: date) -> None:
    monday = monday_of(day)
    assert monday.isoweekday() == 1
    columns = [lesson((monday + timedelta(days=n)).isoformat()) for n in range(-1, 8)]
    assert [c["date"] for c in in_week(columns, monday)] == [c["date"] for c in columns[1:8]]


def test_only_what_is_closed_is_listed() -> None:
    columns = [lesson("2026-11-11"), lesson("2026-11-23"), midterm("2026-10-24")]
    told = closed_columns(columns, policy=POLICY, today=date(2026, 11, 26))
    assert told == {"lesson 2026-11-11": "closed", "rk 2026-10-24": "closed"}


@pytest.mark.parametrize("text", ["02-29", "12-16", "2027-01-04", "2028-02-29"])
def test_days_off_are_days(text: str) -> None:
    assert day_off_faults([text]) == []


@pytest.mark.parametrize(
    "text", ["", "13-01", "02-30", "2027-02-29", "2027-1-4", "16.12", "12-16-2027", "soon"]
)
def test_what_is_no_day_is_named(text: str) -> None:
    assert day_off_faults(["12-16", text]) == [text]
