"""What is unusual: each pattern is found where it is and not where it is not."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import ACADEMY
from ejournal.moderation.rules_unusual import (
    BURST_LEAST,
    Change,
    at_night,
    bursts,
    clones,
    heaping,
    just_above,
    unusual,
)

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=ACADEMY)
OLD = date(2026, 11, 2)


def change(
    n: int = 0, *, old: int | None = None, new: int | None = 80, at: datetime = NOON, day: date | None = OLD
):
    return Change(person=f"p{n}", column="c", old=old, new=new, by="teacher", at=at, day=day)


def codes(found) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("marks", "heaps"),
    [
        ([50] * 5 + [61, 72, 83, 94, 55, 66, 77], [50]), ([50] * 4 + [61, 72, 83, 94, 55, 66, 77, 88], []),
        ([70] * 11, []), ([70] * 12, [70]), ([50] * 6 + [90] * 6, [50, 90]), ([60] * 20, []), ([], []),
    ],
)  # fmt: skip
def test_marks_that_heap_on_a_threshold(marks, heaps) -> None:
    assert [one.params["mark"] for one in heaping(marks)] == heaps


def row(*marks: int) -> dict[str, int]:
    return {f"c{n}": mark for n, mark in enumerate(marks)}


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        ({"a": row(1, 2, 3, 4, 5, 6), "b": row(1, 2, 3, 4, 5, 6)}, [["a", "b"]]),
        ({"a": row(1, 2, 3, 4, 5), "b": row(1, 2, 3, 4, 5)}, []),
        ({"a": row(1, 2, 3, 4, 5, 6), "b": row(1, 2, 3, 4, 5, 7)}, []),
        ({"a": row(*[9] * 6), "b": row(*[9] * 6), "c": row(*[9] * 6), "d": row(*[8] * 6)}, [["a", "b", "c"]]),
        ({}, []),
    ],
)  # fmt: skip
def test_learners_with_the_same_row(rows, people) -> None:
    assert [one.params["people"] for one in clones(rows)] == people


@pytest.mark.parametrize(
    ("count", "minutes", "day", "found"),
    [
        (BURST_LEAST, 1, OLD, 1), (BURST_LEAST - 1, 1, OLD, 0), (BURST_LEAST, 2, OLD, 0),
        (BURST_LEAST, 1, date(2026, 11, 20), 0), (BURST_LEAST, 1, None, 0), (BURST_LEAST * 2, 1, OLD, 1),
    ],
)  # fmt: skip
def test_a_late_burst(count: int, minutes: int, day, found: int) -> None:
    changes = [change(n, at=NOON + timedelta(minutes=n * minutes), day=day) for n in range(count)]
    assert len(bursts(changes)) == found


@pytest.mark.parametrize(
    ("hour", "found"), [(22, 0), (23, 1), (0, 1), (5, 1), (6, 0), (12, 0)]
)  # fmt: skip
def test_entries_at_night(hour: int, found: int) -> None:
    assert len(at_night([change(at=NOON.replace(hour=hour, minute=30))])) == found


def test_one_night_is_told_once() -> None:
    evening = [change(n, at=NOON.replace(hour=23, minute=n)) for n in range(5)]
    morning = [change(n, at=NOON.replace(day=27, hour=4, minute=n)) for n in range(3)]
    [found] = at_night([*evening, *morning])
    assert (found.params["count"], found.params["day"]) == (8, date(2026, 11, 26))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (48, 50, 1), (49, 51, 1), (49, 52, 0), (50, 51, 0), (30, 90, 0), (None, 50, 0), (49, None, 0), (51, 49, 0),
        (24, 50, 1),
    ],
)  # fmt: skip
def test_marks_raised_just_above_a_threshold(old, new, found: int) -> None:
    assert len(just_above([change(old=old, new=new)], [50])) == found


CHANGES = st.lists(
    st.builds(
        change,
        st.integers(0, 30),
        old=st.none() | st.integers(0, 100),
        new=st.none() | st.integers(0, 100),
        at=st.integers(0, 10_000).map(lambda n: NOON + timedelta(minutes=n)),
        day=st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 1)),
    ),
    max_size=120,
)
ROWS = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.dictionaries(st.sampled_from("123456789"), st.integers(0, 100), max_size=9),
)


@given(ROWS, CHANGES)
def test_whatever_comes_each_finding_has_a_key_of_its_own(rows, changes) -> None:
    found = unusual(rows, changes, [50])
    places = {(one.params["person"], one.params["column"]) for one in found if one.code == "above"}
    once = [one.key for one in found if one.code != "above"]
    assert len(once) == len(set(once))
    assert len({one.key for one in found if one.code == "above"}) == len(places)


@given(CHANGES)
def test_the_order_of_changes_does_not_matter(changes) -> None:
    def keys(found) -> list[str]:
        return sorted(one.key for one in found)

    for rule in (at_night, bursts):
        assert len(keys(rule(changes))) == len(keys(rule(list(reversed(changes)))))


def test_an_ordinary_journal_has_nothing_unusual() -> None:
    marks = {f"p{n}": row(60 + n, 71 + n, 66, 78, 83 - n, 91 - n, 59 + n) for n in range(10)}
    changes = [change(n, at=NOON + timedelta(minutes=n), day=NOON.date()) for n in range(70)]
    assert unusual(marks, changes, [50]) == []
