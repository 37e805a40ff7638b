"""The demo academy is what the house promises: its size, no clash in the timetable, the same every time."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.demo import words
from dev.demo.academy import GROUP_SIZE, generate, term_of

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 23)


def test_sizes() -> None:
    academy = generate(DAY)
    kinds = Counter(person.kind for person in academy.people)
    assert kinds == {"teacher": 40, "learner": 12 * GROUP_SIZE}
    assert len({group.faculty_code for group in academy.groups}) == 3
    assert len(words.DISCIPLINES) == 30
    assert {a.discipline_code for a in academy.assignments} <= {row[0] for row in words.DISCIPLINES}
    assert len({person.number for person in academy.people}) == len(academy.people)


def test_nobody_and_nothing_is_in_two_places() -> None:
    lessons = generate(DAY).lessons
    for of in (lambda a: a.assignment.group_code, lambda a: a.assignment.teacher_number, lambda a: a.room):
        places = Counter((of(lesson), lesson.weekday, lesson.pair) for lesson in lessons)
        assert max(places.values()) == 1


def test_the_same_every_time() -> None:
    assert generate(DAY) == generate(DAY)


@given(st.dates(date(2024, 1, 12), date(2040, 12, 20)))
def test_every_day_of_teaching_lies_in_its_term(day: date) -> None:
    term = term_of(day)
    assert term.starts < term.half_ends < term.ends
    assert term.half_ends.isoweekday() == 7
    assert term.code.startswith((f"{day.year}-", f"{day.year - 1}-"))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 9, 1), "2026-1"),
        (date(2027, 2, 1), "2026-2"),
        (date(2027, 7, 1), "2026-3"),
        (DAY, "2026-1"),
    ],
)
def test_code_of_the_term(day: date, code: str) -> None:
    assert term_of(day).code == code
