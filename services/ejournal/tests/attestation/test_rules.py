"""clause_4_7, Examination, final mark, letter and what-if: the examples of the design and invariants."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import OLDER, RULES, changed, mark, number

from ejournal.admission.rules import Standing
from ejournal.attestation.rules import Outcome, attest, final_mark, what_if

pytestmark = pytest.mark.unit


def outcome(rd: str, *attempts: object, changes: dict[str, Any] | None = None, **options: bool) -> Outcome:
    rules = changed(**(changes or {}))
    return attest(Standing(rd=number(rd)), [mark(a) for a in attempts], rules, **options)


@pytest.mark.parametrize(
    ("rd", "exam", "changes", "final", "letter"),
    [
        ("83.9375", 91, {}, 87, "B+"),  # example 1
        ("49.5", 50, {}, 50, "D"),  # example 2
        ("93.5", 96, {}, 95, "A"),  # example 3
        ("93.5", 96, {"rd_round": "none"}, 95, "A"),
        ("51.5", 59, {"rd_round": "none"}, 55, "D+"),  # example 4
        ("100", 100, {}, 100, "A"),
    ],
)
def test_clause_11_final_mark(rd: str, exam: int, changes: dict[str, Any], final: int, letter: str) -> None:
    result = outcome(rd, exam, changes=changes)
    assert result.state == "passed"
    assert result.final == final
    assert result.band is not None
    assert result.band.letter == letter


def test_clause_11_example_1_points_and_word() -> None:
    band = outcome("83.9375", 91).band
    assert band is not None
    assert (band.points, band.traditional) == (number("3.33"), "good")


def test_clause_11_example_2_exact_admission_locks_the_examination() -> None:
    assert outcome("49.5", 50, changes={"admit_on": "exact"}).state == "not_admitted"


def test_clause_11_example_5_retake_after_fx() -> None:
    first = outcome("78", 43)
    assert (first.state, first.final, first.retake_offered) == ("retake", None, True)
    assert first.band is not None
    assert first.band.letter == "FX"
    then = outcome("78", 43, 57)
    assert (then.state, then.final) == ("passed", 70)
    assert then.band is not None
    assert (then.band.letter, then.band.traditional) == ("C+", "good")
    assert [attempt.number for attempt in then.attempts] == [43, 57]


@pytest.mark.parametrize("attempts", [(24,), (0,), (43, 49), (43, 20), ("absent",), (43, "absent")])
def test_clause_11_example_6_failure_repeats_the_course(attempts: tuple[object, ...]) -> None:
    result = outcome("78", *attempts)
    assert (result.state, result.final, result.retake_offered, result.repeats) == (
        "failed",
        None,
        False,
        True,
    )
    assert result.band is not None
    assert result.band.letter == "F"


def test_clause_11_example_7_not_admitted_fails_when_the_period_closes() -> None:
    assert outcome("49").state == "not_admitted"
    closed = outcome("49", period_closed=True)
    assert closed.state == "failed"
    assert closed.band is not None
    assert closed.band.letter == "F"


def test_absence_from_the_examination() -> None:
    assert outcome("78", "excused").state == "individual"
    assert outcome("78", "ill", 60).state == "passed"
    assert outcome("78", "absent", changes={"exam_absence": "zero"}).state == "failed"
    assert outcome("78").state == "waiting"
    assert attest(Standing(rd=None), [], RULES).state == "waiting"


def test_without_an_examination_the_rating_is_final() -> None:
    result = outcome("83.9375", exam_planned=False)
    assert (result.state, result.final) == ("passed", 84)


def test_clause_11_example_15_what_if() -> None:
    chances = {chance.band.letter: chance.exam for chance in what_if(number(62), RULES)}
    assert chances == {
        "A": None, "A-": None, "B+": None, "B": None, "B-": 94, "C+": 81, "C": 69, "C-": 56, "D+": 50,
    }  # fmt: skip


def test_clause_11_example_16_a_mark_keeps_the_scale_of_its_period() -> None:
    then, now = OLDER.band(number(72)), RULES.band(number(72))
    assert (then.letter, then.traditional) == ("C+", "satisfactory")
    assert (now.letter, now.traditional) == ("C+", "good")


def test_the_older_scale_knows_no_retake() -> None:
    result = attest(Standing(rd=number(78)), [mark(43)], OLDER)
    assert result.state == "failed"


ratings = st.fractions(50, 100)
exams = st.integers(50, 100)


@given(rd=ratings, exam=exams)
def test_letter_is_the_scale_of_the_final_mark(rd: Fraction, exam: int) -> None:
    result = attest(Standing(rd=rd), [mark(exam)], RULES)
    assert result.final is not None
    assert result.final.denominator == 1
    assert 50 <= result.final <= 100
    assert result.band == RULES.band(result.final)


@given(rd=ratings, better_rd=ratings, exam=exams, better_exam=exams)
def test_better_never_lowers_the_final_mark(
    rd: Fraction, better_rd: Fraction, exam: int, better_exam: int
) -> None:
    low_rd, high_rd = sorted((rd, better_rd))
    low, high = sorted((exam, better_exam))
    parameters = RULES.parameters
    assert final_mark(low_rd, Fraction(low), parameters) <= final_mark(high_rd, Fraction(high), parameters)


@given(rd=ratings)
def test_what_if_is_the_least_examination_mark(rd: Fraction) -> None:
    for chance in what_if(rd, RULES):
        if chance.exam is None:
            assert final_mark(rd, Fraction(100), RULES.parameters) < chance.band.lowest
            continue
        assert final_mark(rd, Fraction(chance.exam), RULES.parameters) >= chance.band.lowest
        if chance.exam > 50:
            assert final_mark(rd, Fraction(chance.exam - 1), RULES.parameters) < chance.band.lowest
