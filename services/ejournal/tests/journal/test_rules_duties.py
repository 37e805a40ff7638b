"""What the duty roster makes of cells: excused by itself, a typed mark wins, a withdrawn duty goes back."""

import pytest
from services.ejournal.tests.helpers import LETTERS, read_data

from ejournal.control.rules_values import Letters
from ejournal.journal.rules_duties import Change, Place, changes, excused, letter_of

HERE = Place("a", "c1")
LESSON = {"id": "c1", "kind": "lesson", "date": "2026-11-09", "in_timetable": True}
GUARD = {"code": "guard", "kind": "excused", "shown": {"kk": "қ", "ru": "к"}, "typed": []}


@pytest.mark.parametrize(
    ("wanted", "written", "cell", "expected"),
    [
        ({HERE: "guard"}, {}, None, [Change(HERE, 0, "duty")]),
        ({HERE: "guard"}, {}, [None, 2], [Change(HERE, 2, "duty")]),
        ({HERE: "guard"}, {}, ["85", 1], []),
        ({HERE: "guard"}, {}, ["absent", 1], []),
        ({HERE: "guard"}, {HERE: 1}, ["duty", 1], []),
        ({HERE: "guard"}, {HERE: 1}, [None, 2], []),
        ({}, {HERE: 1}, ["duty", 1], [Change(HERE, 1, None)]),
        ({}, {HERE: 1}, ["85", 2], []),
        ({}, {HERE: 1}, ["duty", 3], []),
        ({}, {}, ["duty", 1], []),
    ],
    ids=[
        "fresh", "emptied", "typed", "absent", "written-before", "teacher-emptied-it", "withdrawn", "withdrawn-but-typed",
        "withdrawn-but-typed-the-same", "typed-as-duty",
    ],
)  # fmt: skip
def test_empty_cells_alone_are_excused_and_untouched_ones_alone_go_back(
    wanted, written, cell, expected
) -> None:
    assert changes(wanted, written, {HERE: cell} if cell else {}, LETTERS) == expected


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        (read_data("letters"), "duty"),
        ([*read_data("letters"), GUARD], "guard"),
        ([one for one in read_data("letters") if one["code"] in {"absent", "ill"}], "ill"),
        ([{**one, "dormant": one["code"] == "duty"} for one in read_data("letters")], "excused"),
        ([one for one in read_data("letters") if one["code"] == "absent"], None),
    ],
    ids=["letter-of-duty", "letter-of-the-kind", "any-that-excuses", "retired", "nothing-excuses"],
)
def test_the_letter_comes_from_the_institutions_dictionary(letters, expected) -> None:
    assert letter_of("guard", Letters(letters)) == expected


@pytest.mark.parametrize(
    ("column", "spans", "expected"),
    [
        (LESSON, [], [HERE]),
        ({**LESSON, "date": "2026-11-10"}, [], []),
        ({**LESSON, "in_timetable": False}, [], []),
        ({**LESSON, "kind": "rk1"}, [], []),
        (LESSON, [{"from": None, "to": "2026-11-09", "came": None, "went": "1"}], []),
    ],
    ids=["that-day", "another-day", "not-in-the-timetable", "a-control", "left-before"],
)
def test_lessons_of_the_day_are_excused_while_the_learner_is_a_member(column, spans, expected) -> None:
    assert list(excused({("a", "2026-11-09"): "guard"}, [column], {"a": spans, "b": []})) == expected
