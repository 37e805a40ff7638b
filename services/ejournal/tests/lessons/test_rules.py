"""What has become of a lesson, and hours: tables, and what holds of any list of lessons."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ejournal.lessons.rules import (
    HOURS_A_LESSON,
    KINDS,
    Hours,
    Lesson,
    hours,
    may_be_written,
    percent,
    state,
    total,
)

TODAY = date(2026, 10, 5)
DAYS = {"past": TODAY - timedelta(days=7), "today": TODAY, "future": TODAY + timedelta(days=7)}


@pytest.mark.parametrize(
    ("day", "more", "expected"),
    [
        ("past", {"topic": "Қылмыс құрамы"}, "held"),
        ("past", {"marked": True}, "held"),
        ("past", {"marked": True, "in_timetable": False}, "held"),
        ("past", {"topic": "Қылмыс құрамы", "in_timetable": False}, "removed"),
        ("past", {}, "missing"),
        ("past", {"day_off": True}, "day-off"),
        ("past", {"day_off": True, "marked": True}, "held"),
        ("past", {"in_timetable": False}, "removed"),
        ("today", {}, "today"),
        ("today", {"topic": "Қылмыс құрамы"}, "held"),
        ("today", {"marked": True}, "held"),
        ("future", {"topic": "Қылмыс құрамы"}, "ahead"),
        ("future", {"marked": True}, "ahead"),
        ("future", {}, "ahead"),
        ("future", {"in_timetable": False}, "removed"),
    ],
)
def test_what_has_become_of_a_lesson(day, more, expected) -> None:
    assert state(Lesson("seminar", DAYS[day], **more), TODAY) == expected


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ("", True),
        ("future", True),
        ("closed", False),
        ("day-off", False),
        ("journal", False),
        ("dated", False),
    ],
)
def test_clause_12_a_lesson_is_prepared_ahead_and_never_written_after_its_window(closed, expected) -> None:
    assert may_be_written(closed) is expected


def test_clause_4_7_hours_are_added_up_by_kind() -> None:
    lessons = [
        Lesson("seminar", DAYS["past"], topic="А"), Lesson("seminar", DAYS["past"]), Lesson("seminar", DAYS["future"]),
        Lesson("lecture", DAYS["past"], marked=True), Lesson("lecture", DAYS["past"], marked=True, in_timetable=False),
    ]  # fmt: skip
    lines = hours(lessons, TODAY)
    assert lines == [Hours("lecture", 2, 4, 0), Hours("seminar", 6, 2, 2)]
    assert total(lines) == Hours("", 8, 6, 2)
    assert hours([], TODAY) == []


@pytest.mark.parametrize(
    ("held", "missing", "expected"),
    [(0, 0, None), (0, 2, 0), (2, 0, 100), (2, 4, 33), (4, 2, 67), (1, 1, 50), (1, 199, 1), (199, 1, 100)],
)
def test_a_percentage_is_rounded_half_up(held, missing, expected) -> None:
    assert percent(held, missing) == expected


LESSONS = st.lists(
    st.builds(
        Lesson,
        kind=st.sampled_from(KINDS),
        day=st.sampled_from(list(DAYS.values())),
        in_timetable=st.booleans(),
        marked=st.booleans(),
        topic=st.sampled_from(("", "Тақырып")),
        day_off=st.booleans(),
    ),
    max_size=30,
)


@given(lessons=LESSONS)
def test_hours_are_bounded_and_a_filled_lesson_never_lowers_them(lessons) -> None:
    before = total(hours(lessons, TODAY))
    assert before.held + before.missing <= HOURS_A_LESSON * len(lessons)
    assert before.missing <= before.planned <= HOURS_A_LESSON * len(lessons)
    filled = [Lesson(one.kind, one.day, one.in_timetable, True, one.topic, one.day_off) for one in lessons]
    after = total(hours(filled, TODAY))
    assert after.held >= before.held
    assert after.missing == 0
    assert after.planned == before.planned
