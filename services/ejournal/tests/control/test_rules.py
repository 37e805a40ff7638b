"""TK, P and RD: the examples of the design as a table, then invariants."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import EMPTY, RULES, changed, mark, marks, number

from ejournal.control.rules import (
    attendance,
    compute,
    current,
    explain,
    mean_current,
    midterm,
    rating,
    rounded,
)
from ejournal.control.rules_values import Mark
from ejournal.journal.rules import results

pytestmark = pytest.mark.unit
FIRST, SECOND = marks("80 75 90 70"), marks("85 78 82 95")


def test_clause_11_example_1_current_midterm_and_rating() -> None:
    progress = compute(FIRST, mark(88), SECOND, mark(84), RULES)
    first, second = progress.halves
    assert (first.tk, second.tk) == (number("78.75"), number(85))
    assert (first.p, second.p) == (number("83.375"), number("84.5"))
    assert (progress.rd, progress.rd_rounded) == (number("83.9375"), number(84))


@pytest.mark.parametrize(
    ("cells", "changes", "expected"),
    [
        ("90 80", {"min_marks": 4}, "42.5"),  # example 9
        ("90 80", {}, "85"),
        ("90 absent excused 80 not_planned", {}, "85"),  # example 10
        ("90 absent excused 80 not_planned", {"absent_counts_zero": True}, "170/3"),
        ("90 ill duty 80", {"absent_counts_zero": True}, "85"),
        ("0", {}, "0"),
        ("100 99", {}, "99.5"),
        ("absent", {"absent_counts_zero": True}, "0"),
    ],
)
def test_clause_11_current_progress(cells: str, changes: dict[str, object], expected: str) -> None:
    assert current(marks(cells), changed(**changes).parameters) == number(expected)


@pytest.mark.parametrize("cells", ["", "absent excused not_planned"])
def test_clause_11_no_number_is_empty_and_not_zero(cells: str) -> None:
    assert current(marks(cells), changed(min_marks=4).parameters) is None


@pytest.mark.parametrize(("mode", "expected"), [("per_half", number("79.375")), ("pooled", Fraction(475, 6))])
def test_clause_11_example_8_the_rule_set_names_the_mean(mode: str, expected: Fraction) -> None:
    mean = mean_current(marks("80 75 90 70"), marks("60 100"), changed(current_mean=mode).parameters)
    assert mean == expected


def test_mean_of_one_half_is_that_half() -> None:
    assert mean_current(marks("80 90"), [], RULES.parameters) == 85
    assert mean_current([], [], RULES.parameters) is None


@pytest.mark.parametrize(
    ("rk1", "rk2", "p1", "p2"),
    [(88, None, "83.375", None), (None, 84, None, "84.5"), ("absent", "excused", None, None)],
)
def test_clause_11_missing_midterm_leaves_the_rating_empty(
    rk1: object, rk2: object, p1: str | None, p2: str | None
) -> None:
    progress = compute(FIRST, mark(rk1), SECOND, mark(rk2), RULES)
    assert tuple(half.p for half in progress.halves) == tuple(
        None if p is None else number(p) for p in (p1, p2)
    )
    assert progress.rd is None
    assert progress.rd_rounded is None


def test_weights_come_from_the_rule_set() -> None:
    parameters = changed(tk_weight=Fraction(3, 10), rk_weight=Fraction(7, 10)).parameters
    assert midterm(number(50), number(100), parameters) == 85
    assert (
        rating(number(80), number(90), changed(p1_weight=Fraction(1), p2_weight=Fraction(0)).parameters) == 80
    )


@pytest.mark.parametrize(
    ("rd", "whole"), [("83.9375", "84"), ("49.5", "50"), ("49.49", "49"), ("93.5", "94")]
)
def test_rating_is_rounded_half_up_once(rd: str, whole: str) -> None:
    assert rounded(number(rd), RULES.parameters) == number(whole)
    assert rounded(number(rd), changed(rd_round="none").parameters) == number(rd)


def test_explanation_has_every_number() -> None:
    steps = list(explain(compute(FIRST, mark(88), SECOND, mark(84), RULES)))
    assert [(step.what, step.half) for step in steps] == [
        ("tk", 1), ("p", 1), ("tk", 2), ("p", 2), ("rd", 0), ("rounded", 0),
    ]  # fmt: skip
    assert steps[0].inputs == (80, 75, 90, 70, 4)
    assert steps[-1].result == 84


def test_explanation_of_an_unfinished_rating_ends_at_the_empty_step() -> None:
    steps = list(explain(compute(FIRST, mark(88), [], EMPTY, RULES)))
    assert steps[-1].what == "rd"
    assert steps[-1].result is None


number_marks = st.integers(0, 100).map(lambda n: Mark("number", Fraction(n), str(n)))
any_marks = st.one_of(
    number_marks, st.sampled_from([EMPTY, mark("absent"), mark("excused"), mark("not_planned")])
)
sheets = st.tuples(
    st.lists(any_marks, max_size=8), number_marks, st.lists(any_marks, max_size=8), number_marks
)


@given(sheet=sheets, zero=st.booleans(), least=st.integers(1, 6))
def test_everything_stays_within_marks(sheet: tuple, zero: bool, least: int) -> None:
    progress = compute(*sheet, changed(absent_counts_zero=zero, min_marks=least))
    values = [
        progress.rd,
        progress.rd_rounded,
        progress.mean,
        *(x for h in progress.halves for x in (h.tk, h.p)),
    ]
    assert all(value is None or 0 <= value <= 100 for value in values)
    assert (progress.rd is None) == any(half.p is None for half in progress.halves)


@given(sheet=sheets, data=st.data())
def test_a_better_mark_never_lowers_the_rating(sheet: tuple, data: st.DataObject) -> None:
    first, rk1, second, rk2 = sheet
    before = compute(first, rk1, second, rk2, RULES)
    places = [i for i, m in enumerate(first) if m.number is not None and m.number < 100]
    if places:
        place = data.draw(st.sampled_from(places))
        better = Fraction(data.draw(st.integers(int(first[place].number) + 1, 100)))
        first = [*first[:place], Mark("number", better, str(better)), *first[place + 1 :]]
    after = compute(first, Mark("number", Fraction(100), "100"), second, rk2, RULES)
    assert before.rd is None or after.rd >= before.rd
    assert before.mean is None or after.mean >= before.mean


@given(cells=st.lists(any_marks, max_size=12))
def test_order_of_lessons_does_not_matter(cells: list[Mark]) -> None:
    assert current(cells, RULES.parameters) == current(cells[::-1], RULES.parameters)


@pytest.mark.parametrize(
    ("cells", "changes", "expected"),
    [
        ("90 80 70 60", {}, "100"),
        ("90 absent excused 80", {}, "50"),
        ("90 duty duty 80", {}, "100"),
        ("90 duty duty 80", {"duty_neutral": False}, "50"),
        ("90 duty absent 80", {}, "200/3"),
        ("not_planned 90 absent", {}, "50"),
    ],
)
def test_example_19_presence_is_unaffected_by_duty_when_it_is_neutral(cells, changes, expected) -> None:
    rules = changed(**changes)
    assert attendance(marks(cells), rules.parameters) == number(expected)
    floor = changed(attendance_floor=number("70"), **changes)
    found = results(compute(marks(cells), mark(88), marks("90"), mark(84), floor), floor)
    below = compute(marks(cells), mark(88), marks("90"), mark(84), floor).attendance < 70
    assert ("attendance-under-floor" in found["refusals"]) is below


def test_attendance_is_not_known_while_no_lesson_counts() -> None:
    assert attendance(marks("not_planned duty"), RULES.parameters) is None
