"""Patterns of weeks, expansion to dates, double bookings: tables and properties (clause 6.2)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar import rules as calendar
from portal.timetable import rules

pytestmark = pytest.mark.unit

TERM = calendar.Term(date(2026, 9, 1), date(2026, 10, 24), date(2026, 12, 19))
A, B = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("", rules.Weeks("all")),
        ("all", rules.Weeks("all")),
        ("Барлығы", rules.Weeks("all")),
        ("все", rules.Weeks("all")),
        ("тақ", rules.Weeks("odd")),
        ("нечётные", rules.Weeks("odd")),
        ("ODD", rules.Weeks("odd")),
        ("жұп апта", rules.Weeks("even")),
        ("  чётные ", rules.Weeks("even")),
        ("3", rules.Weeks(numbers=frozenset({3}))),
        ("1-4, 7", rules.Weeks(numbers=frozenset({1, 2, 3, 4, 7}))),
        ("1–3;5", rules.Weeks(numbers=frozenset({1, 2, 3, 5}))),
    ],
)
def test_patterns_of_weeks(text: str, weeks: rules.Weeks) -> None:
    assert rules.parse_weeks(text) == weeks


@pytest.mark.parametrize("text", ["sometimes", "0", "5-2", "1,,2", "1-", "-1", "100", "١", "1.5", "1 2"])
def test_what_is_no_pattern_of_weeks(text: str) -> None:
    assert rules.parse_weeks(text) is None


@pytest.mark.parametrize(
    ("weekday", "pattern", "first", "count"),
    [
        (1, "all", date(2026, 9, 7), 15),  # the term begins on a Tuesday
        (2, "all", date(2026, 9, 1), 16),
        (2, "odd", date(2026, 9, 1), 8),
        (2, "even", date(2026, 9, 8), 8),
        (3, "all", date(2026, 9, 2), 15),  # 16 December is Independence Day
        (3, "1, 2, 16", date(2026, 9, 2), 2),
        (7, "8", date(2026, 10, 25), 0),  # Republic Day
    ],
)
def test_clause_6_2_weekly_lessons_become_dates(weekday: int, pattern: str, first: date, count: int) -> None:
    weeks = rules.parse_weeks(pattern)
    assert weeks is not None
    days = rules.expand(TERM, weekday, weeks)
    assert len(days) == count
    assert not days or days[0] == first


def test_days_off_are_left_out() -> None:
    off = {date(2026, 9, 8)}
    assert date(2026, 9, 8) not in rules.expand(TERM, 2, rules.Weeks(), off)


TERMS = st.builds(
    lambda starts, length: calendar.Term(
        starts, starts + timedelta(days=length // 2), starts + timedelta(days=length)
    ),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(20, 250),
)


@given(term=TERMS, weekday=st.integers(1, 7))
def test_odd_and_even_weeks_share_the_term_without_rest(term: calendar.Term, weekday: int) -> None:
    odd = rules.expand(term, weekday, rules.Weeks("odd"))
    even = rules.expand(term, weekday, rules.Weeks("even"))
    assert not set(odd) & set(even)
    assert sorted(odd + even) == rules.expand(term, weekday, rules.Weeks("all"))


@given(term=TERMS, weekday=st.integers(1, 7), numbers=st.frozensets(st.integers(1, 40), min_size=1))
def test_listed_weeks_are_held_in_those_weeks_only(
    term: calendar.Term, weekday: int, numbers: frozenset[int]
) -> None:
    days = rules.expand(term, weekday, rules.Weeks(numbers=numbers))
    assert {calendar.week_number(term, day) for day in days} <= numbers
    assert all(term.starts <= day <= term.ends and day.isoweekday() == weekday for day in days)


@given(numbers=st.sets(st.integers(1, 99), min_size=1))
def test_a_list_is_read_as_it_is_written(numbers: set[int]) -> None:
    text = ", ".join(map(str, sorted(numbers)))
    assert rules.parse_weeks(text) == rules.Weeks(numbers=frozenset(numbers))


def booking(line: int, **values: object) -> rules.Booking:
    usual = {
        "assignment_id": UUID(int=100 + line),
        "discipline_id": UUID(int=10),
        "group_id": UUID(int=200 + line),
        "day": date(2026, 9, 7),
        "pair": 1,
        "kind": "seminar",
        "teacher_id": UUID(int=300 + line),
        "room": f"{400 + line}",
    }
    return rules.Booking(line=line, **{**usual, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "resources"),
    [
        ({}, []),
        ({"teacher_id": A}, ["teacher"]),
        ({"room": "204"}, ["room"]),
        ({"group_id": B}, ["group"]),
        ({"teacher_id": A, "room": "204", "group_id": B}, ["teacher", "room", "group"]),
        ({"teacher_id": A, "kind": "lecture"}, ["teacher"]),
        ({"teacher_id": A, "room": "204", "kind": "lecture"}, []),  # a stream: one lecture for two groups
        ({"teacher_id": None, "room": None}, []),
    ],
)
def test_clause_6_2_double_bookings_are_named(values: dict[str, object], resources: list[str]) -> None:
    found = rules.clashes([booking(2, **values), booking(3, **values)], [])
    assert sorted(clash.resource for clash in found) == sorted(resources)
    assert all(clash.booking.line == 3 and clash.other.line == 2 for clash in found)


def test_another_pair_or_day_is_no_double_booking() -> None:
    lines = [
        booking(2, room="204"),
        booking(3, room="204", pair=2),
        booking(4, room="204", day=date(2026, 9, 8)),
    ]
    assert rules.clashes(lines, []) == []


def test_a_kept_lesson_is_never_to_blame() -> None:
    clash = rules.clashes([booking(7, room="204")], [booking(0, room="204")])[0]
    assert (clash.booking.line, clash.other.line) == (7, 0)


def test_two_lines_are_named_once_at_their_first_date() -> None:
    days = [date(2026, 9, 7) + timedelta(days=7 * n) for n in range(5)]
    lines = [booking(line, room="204", day=day) for line in (2, 3) for day in days]
    found = rules.clashes(lines, [])
    assert [(clash.booking.line, clash.booking.day) for clash in found] == [(3, days[0])]


def test_a_lesson_keeps_its_identity_when_room_and_teacher_change() -> None:
    first, second = booking(2, assignment_id=A), booking(9, assignment_id=A, room="111", teacher_id=None)
    assert first.id == second.id
    assert first.id != booking(2, assignment_id=A, pair=2).id


def test_a_week_shows_working_days_and_what_is_taken() -> None:
    days = calendar.week_of(date(2026, 11, 23))
    shown, pairs = rules.grid(days, range(1, 11), [rules.Slot(days[5], 4)])
    assert (len(shown), pairs) == (6, [1, 2, 3, 4])
    shown, pairs = rules.grid(days, range(1, 11), [])
    assert (len(shown), pairs) == (5, [1, 2, 3])
