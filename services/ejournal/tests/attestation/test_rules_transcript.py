"""The transcript as data: all attempts stand, the latest counts, each mark is read by the scale of its own period."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.helpers import OLDER, RULES, mark, number

from ejournal.admission.rules import Standing
from ejournal.attestation.rules import attest
from ejournal.attestation.rules_rating import may_transfer
from ejournal.attestation.rules_transcript import Kept, average, by_period, readable, summary
from ejournal.control.rules_sets import RuleSet

pytestmark = pytest.mark.unit
SETS = {rules.code: rules for rules in (OLDER, RULES)}
P = RULES.parameters
TODAY = date(2027, 2, 1)
STARTS = {"2014-1": date(2014, 9, 1), "2026-1": date(2026, 9, 1), "2026-2": date(2027, 1, 18)}
ENDS = {"2014-1": date(2014, 12, 20), "2026-1": date(2026, 12, 19), "2026-2": date(2027, 6, 5)}


def kept(
    discipline: str, rd: object, *exams: object, weight: int = 5, period: str = "2026-1", rules: RuleSet = RULES,
    **more: Any,
) -> Kept:  # fmt: skip
    outcome = attest(Standing(rd=number(str(rd))), [mark(exam) for exam in exams], rules)
    band = outcome.band
    return Kept(**{
        "person": "p", "discipline": discipline, "period": period, "starts": STARTS[period], "ends": ENDS[period],
        "credits": Fraction(weight), "number": max(1, len(exams)), "kind": "exam",
        "exam": str(exams[-1]) if exams else None, "final": outcome.final, "letter": band and band.letter,
        "points": band and band.points, "traditional": band and band.traditional, "state": outcome.state,
        "rule_set": rules.code,
    } | more)  # fmt: skip


def read(*attempts: Kept, today: date = TODAY) -> list[Kept]:
    return readable(attempts, SETS, today)


def with_final(discipline: str, final: int, weight: int) -> Kept:
    return kept(discipline, final, final, weight=weight)


def test_clause_7_example_12_finals_gpa_transfer_and_one_debt() -> None:
    finals = zip((88, 93, 71, 96, 64), (6, 5, 5, 4, 5), strict=True)
    rows = [with_final(f"D{n}", final, weight) for n, (final, weight) in enumerate(finals)]
    found = summary(read(*rows, kept("D5", 60, 10)), P)
    assert (found.gpa, found.debts, found.credits_earned) == (number("2.48"), 1, 25)
    assert found.mean_final == Fraction(88 + 93 + 71 + 96 + 64, 5)
    assert may_transfer(found.gpa, P)


def test_clause_7_example_13_from_kept_attempts() -> None:
    rows = [with_final(f"D{n}", 97 if n < 3 else 92, weight) for n, weight in enumerate((5, 5, 5, 5, 4, 6))]
    assert summary(read(*rows), P).gpa == number("3.84")


def test_clause_11_example_5_both_attempts_stand_and_the_latest_counts() -> None:
    rows = read(kept("law", 78, 43, 57, kind="retake"), kept("law", 78, 43))
    assert [(row.letter, row.final) for row in rows] == [("FX", None), ("C+", 70)]
    assert average(rows, P) == RULES.band_of("C+").points
    assert summary(rows, P).debts == 0


def test_clause_11_example_7_not_admitted_is_f_when_the_period_closes() -> None:
    row = kept("law", 49)
    [before] = read(row, today=ENDS["2026-1"])
    [after] = read(row)
    assert (before.letter, average([before], P)) == (None, None)
    assert (after.letter, after.points, average([after], P)) == ("F", 0, 0)
    assert summary([before], P).debts == summary([after], P).debts == 1


def test_clause_11_example_16_a_mark_is_read_by_the_scale_of_its_period() -> None:
    rows = read(kept("logic", 72, 72), kept("ethics", 72, 72, period="2014-1", rules=OLDER))
    assert [(row.final, row.letter, row.traditional) for row in rows] == [
        (72, "C+", "satisfactory"), (72, "C+", "good"),
    ]  # fmt: skip


def test_coursework_is_part_of_its_discipline() -> None:
    rows = read(with_final("law", 96, 5), kept("law", 60, 60, kind="coursework"))
    assert [row.kind for row in rows] == ["coursework", "exam"]
    assert (summary(rows, P).gpa, summary(rows, P).credits_earned) == (4, 5)


def test_a_course_repeated_later_counts_instead() -> None:
    rows = read(kept("law", 78, 96, period="2026-2"), kept("law", 78, 10))
    assert average(rows, P) == RULES.band(Fraction(89)).points
    assert {period: average(own, P) for period, own in by_period(rows).items()} == {
        "2026-1": 0, "2026-2": number("3.33"),
    }  # fmt: skip


attempts = st.lists(
    st.builds(
        kept,
        st.sampled_from(["law", "logic", "drill"]), st.integers(0, 100), st.integers(0, 100),
        weight=st.integers(1, 9), period=st.sampled_from(["2026-1", "2026-2"]),
    ),
    max_size=9,
)  # fmt: skip


@given(attempts)
def test_the_summary_is_bounded_and_can_be_recomputed(rows: list[Kept]) -> None:
    ordered = read(*rows)
    found = summary(ordered, P)
    latest = {row.discipline: row for row in ordered if row.letter}
    weight = sum(row.credits for row in latest.values())
    exact = sum(row.points * row.credits for row in latest.values()) / weight if weight else None
    assert (found.gpa is None) is (exact is None)
    assert found.gpa is None or (0 <= found.gpa <= 4 and abs(found.gpa - exact) <= Fraction(1, 200))
    assert found.mean_final is None or 50 <= found.mean_final <= 100
    assert 0 <= found.debts <= 3
    assert all(row.letter == RULES.band(row.final).letter for row in ordered if row.final is not None)


@given(attempts)
def test_one_more_passed_discipline_never_earns_fewer_credits(rows: list[Kept]) -> None:
    before, after = summary(read(*rows), P), summary(read(*rows, kept("swim", 60, 60)), P)
    assert after.credits_earned == before.credits_earned + 5
    assert after.debts == before.debts
