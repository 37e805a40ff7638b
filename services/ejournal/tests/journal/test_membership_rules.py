"""Who stands in a journal on which day, and which marks count there."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import LETTERS, RULES

from ejournal.journal.rules import all_results
from ejournal.journal.rules_membership import (
    carry,
    covers,
    last_left,
    on_list,
    outside,
    overlaps,
    spans_of,
    standing,
)

OLD, NEW = "old", "new"
STARTS, ENDS = date(2026, 9, 1), date(2026, 12, 19)


def chain(*steps):
    placed = [{"group_id": OLD, "starts": None, "order_number": None}]
    return placed + [
        {"group_id": group, "starts": day, "order_number": f"{day[-2:]}-к"} for day, group in steps
    ]


TRANSFER = chain(("2026-11-10", NEW))
THERE_AND_BACK = chain(("2026-10-01", NEW), ("2026-11-10", OLD))


@pytest.mark.parametrize(
    ("placements", "group", "day", "expected"),
    [
        (TRANSFER, OLD, "2026-11-09", None),
        (TRANSFER, OLD, "2026-11-10", ("left", "2026-11-10", "10-к")),
        (TRANSFER, NEW, "2026-11-09", ("joined", "2026-11-10", "10-к")),
        (TRANSFER, NEW, "2026-11-10", None),
        (THERE_AND_BACK, OLD, "2026-09-30", None),
        (THERE_AND_BACK, OLD, "2026-10-01", ("left", "2026-10-01", "01-к")),
        (THERE_AND_BACK, OLD, "2026-11-10", None),
        (THERE_AND_BACK, NEW, "2026-11-10", ("left", "2026-11-10", "10-к")),
        (chain(("2026-11-10", None)), OLD, "2026-12-01", ("left", "2026-11-10", "10-к")),
        (chain(("2026-11-10", None), ("2026-12-01", OLD)), OLD, "2026-12-01", None),
        (TRANSFER, OLD, None, None),
    ],
)  # fmt: skip
def test_a_day_outside_says_why_since_when_and_by_which_order(placements, group, day, expected) -> None:
    assert outside(spans_of(placements, group), day) == expected


def test_who_was_never_moved_stands_there_on_every_day() -> None:
    assert covers([], "2026-01-01")
    assert outside([], "2026-01-01") is None
    assert last_left([]) is None


@given(st.dates(STARTS, ENDS), st.lists(st.dates(STARTS, ENDS), unique=True, max_size=6))
def test_on_every_day_a_moved_learner_stands_in_one_of_the_groups_alone(day, days) -> None:
    steps = [(when.isoformat(), NEW if n % 2 == 0 else OLD) for n, when in enumerate(sorted(days))]
    placed = chain(*steps)
    inside = [
        group
        for group in (OLD, NEW)
        if spans_of(placed, group) and covers(spans_of(placed, group), day.isoformat())
    ]
    assert len(inside) == 1


@pytest.mark.parametrize(
    ("group", "today", "expected"),
    [
        (OLD, date(2026, 11, 9), True),
        (OLD, date(2026, 11, 10), False),
        (NEW, date(2026, 11, 10), True),
        (NEW, date(2026, 11, 9), False),
        (NEW, date(2027, 5, 1), True),
        (OLD, date(2026, 8, 1), True),
    ],
)
def test_lists_follow_the_day_within_the_period(group, today, expected) -> None:
    assert on_list(spans_of(TRANSFER, group), STARTS, ENDS, today) is expected


def test_a_journal_of_a_former_period_is_not_entered_and_not_left() -> None:
    spring = (date(2026, 1, 12), date(2026, 5, 30))
    assert not overlaps(spans_of(TRANSFER, NEW), *spring)
    assert on_list(spans_of(TRANSFER, OLD), *spring, date(2026, 11, 20))


def column(id, kind, day, half, *, published=True):
    return {
        "id": id,
        "kind": kind,
        "date": day,
        "half": half,
        "pair": 1,
        "published": published,
        "lesson_kind": "seminar" if kind == "lesson" else None,
        "in_timetable": True,
    }


FORMER = [
    column("a1", "lesson", "2026-09-07", 1),
    column("a2", "lesson", "2026-11-02", 2),
    column("a3", "lesson", "2026-11-16", 2),
    column("ark1", "rk1", "2026-10-24", 1),
    column("ark2", "rk2", "2026-12-19", 2),
]
OWN = [
    column("b1", "lesson", "2026-09-08", 1),
    column("b2", "lesson", "2026-11-17", 2),
    column("brk1", "rk1", "2026-10-24", 1),
    column("brk2", "rk2", "2026-12-19", 2),
]
MARKED = {"a1": ["80", 1], "a2": ["90", 1], "a3": ["10", 1], "ark1": ["88", 1], "ark2": [None, 2]}


def test_marks_of_own_days_and_controls_taken_go_along_and_no_others() -> None:
    cells, columns = carry(MARKED, FORMER, spans_of(TRANSFER, OLD))
    assert sorted(cells) == ["a1", "a2", "ark1"]
    assert [one["id"] for one in columns] == ["a1", "a2", "ark1"]


def test_the_rating_of_a_transferred_learner_follows_from_both_journals() -> None:
    cells, columns = carry(MARKED, FORMER, spans_of(TRANSFER, OLD))
    own = {"b2": ["70", 1], "brk2": ["84", 1], "b1": ["0", 1]}
    found = all_results(
        *standing(own, OWN, spans_of(TRANSFER, NEW), {"cells": cells, "columns": columns}), LETTERS, RULES
    )
    # TK1 80, RK1 88: P1 84; TK2 (90 + 70) / 2 = 80, RK2 84: P2 82; the mark of 8 September is none of the learner's days there.
    assert (found["p1"], found["p2"], found["rd"], found["admitted"]) == ("84", "82", "83", True)


def test_an_own_control_comes_before_one_that_came_along() -> None:
    cells, columns = carry(MARKED, FORMER, spans_of(TRANSFER, OLD))
    carried = {"cells": cells, "columns": columns}
    found = all_results(*standing({"brk1": ["60", 1]}, OWN, spans_of(TRANSFER, NEW), carried), LETTERS, RULES)
    assert found["p1"] == "70"


def test_marks_after_the_day_of_leaving_no_longer_count_in_the_former_journal() -> None:
    before = all_results(MARKED, FORMER, LETTERS, RULES)
    after = all_results(*standing(MARKED, FORMER, spans_of(TRANSFER, OLD), {}), LETTERS, RULES)
    assert (before["tk2"], after["tk2"]) == ("50", "90")
