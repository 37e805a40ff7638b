"""Rows of a statement: what is frozen of a learner, what an examination mark brings, totals.

Everything exact is a fraction, stored as text; the outcome is computed by attestation's rules and the rule set of the period.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ejournal.admission.rules import Standing, admit
from ejournal.attestation.rules import Outcome, attest
from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import EMPTY, Letters, Mark
from ejournal.fractions import exact, exact_text, half_up
from ejournal.journal.rules import Cells, Column, progress
from ejournal.statements.rules import KINDS

RATED = ("tk1", "rk1", "p1", "tk2", "rk2", "p2", "rd", "rounded")
COUNTED = frozenset({"passed", "failed", "retake", "not_admitted"})
GOOD = frozenset({"excellent", "good"})


def rating(
    cells: Cells,
    columns: Sequence[Column],
    letters: Letters,
    rules: RuleSet,
    *,
    coursework_planned: bool = False,
    coursework: Fraction | None = None,
) -> dict[str, Any]:
    """Freeze the rating of one learner: TK, RK, P, RD as exact text, RD rounded, admission with every reason.

    A learner whose rating is not complete (a midterm control is missing) is not admitted: `rating-incomplete`.
    """
    values = {column: cell[0] for column, cell in cells.items()}
    found = progress(values, columns, letters, rules)
    first, second = found.halves
    decision = admit(
        Standing(
            rd=found.rd,
            rk1=first.rk,
            rk2=second.rk,
            attendance=found.attendance,
            coursework_planned=coursework_planned,
            coursework=coursework,
        ),
        rules,
    )
    numbers = (
        first.tk,
        first.rk,
        first.p,
        second.tk,
        second.rk,
        second.p,
        found.rd,
        found.rd_rounded,
    )
    reasons = (
        ["rating-incomplete"]
        if decision.admitted is None
        else [refusal.code for refusal in decision.refusals]
    )
    return {
        **{name: exact_text(number) for name, number in zip(RATED, numbers, strict=True)},
        "admitted": bool(decision.admitted),
        "refusals": reasons,
    }


def unrated() -> dict[str, Any]:
    """Give the frozen part of a row whose kind has no rating."""
    return {**dict.fromkeys(RATED), "admitted": True, "refusals": []}


def outcome(
    row: Mapping[str, Any], *, kind: str, letters: Letters, rules: RuleSet, exam_planned: bool = True
) -> dict[str, Any]:
    """Compute what a row comes to.

    Args:
        row: the frozen part with `admitted`, `rd`, `earlier` (marks of earlier attempts, stored texts) and `mark`.
        kind: of the statement; a rating comes to nothing more.
        letters: the institution's dictionary.
        rules: the rule set of the journal's period.
        exam_planned: without an examination in the plan the final mark is RD.

    Returns:
        `state`, `final` (whole number), `letter`, `points` (two decimals) and `traditional`, each None while it is not known.
    """
    if kind == "rating":
        return _told(Outcome("waiting"))
    mark = letters.read(row["mark"])
    if not KINDS[kind].rated:
        return _told(_single(mark, rules))
    if not row["admitted"]:
        return _told(Outcome("not_admitted"))
    marks = [letters.read(text) for text in (*row["earlier"], row["mark"]) if text is not None]
    standing = Standing(rd=exact(row["rd"]))
    return _told(_attested(standing, marks, rules, exam_planned))


def _attested(standing: Standing, marks: Sequence[Mark], rules: RuleSet, exam_planned: bool) -> Outcome:
    found = attest(standing, marks, rules, exam_planned=exam_planned)
    excused = bool(marks) and marks[-1].kind == "excused"
    # An excused retake is still a retake: the learner comes with an individual statement.
    return Outcome("individual", attempts=found.attempts) if excused and found.state == "retake" else found


def _single(mark: Mark, rules: RuleSet) -> Outcome:
    """Judge a work that has one mark and no rating: coursework, practice, state examination, summer semester."""
    if mark == EMPTY:
        return Outcome("waiting")
    if mark.kind == "excused":
        return Outcome("individual")
    final = None if mark.number is None else half_up(mark.number)
    if final is None or final < rules.parameters.exam_pass:
        return Outcome("failed", band=rules.band_of(rules.parameters.failed_letter))
    return Outcome("passed", final, rules.band(final))


def _told(found: Outcome) -> dict[str, Any]:
    band = found.band
    return {
        "state": found.state,
        "final": None if found.final is None else int(found.final),
        "letter": band.letter if band else None,
        "points": exact_points(band.points) if band else None,
        "traditional": band.traditional if band else None,
    }


def exact_points(points: Fraction) -> Decimal:
    """Give points with two decimals, `3.33`: they are decimal numbers of a scale."""
    return Decimal((half_up(points, 2) * 100).numerator).scaleb(-2)


def needs(kind: str, row: Mapping[str, Any]) -> bool:
    """Tell whether a learner of a sealed statement needs one of a kind that follows it."""
    state = row["state"]
    if kind == "examination":
        return True
    if kind == "individual":
        return bool(state == "individual")
    if kind == "retake":
        return bool(state == "retake")
    return state in {"failed", "not_admitted"}


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands below the rows; percentages are exact and rounded when shown."""

    listed: int
    admitted: int
    letters: Mapping[str, int]
    passed: int
    counted: int
    success: Fraction | None
    quality: Fraction | None


def totals(rows: Iterable[Mapping[str, Any]]) -> Totals:
    """Count letters, success and quality.

    Success is the share of those who passed, quality the share of "good" and "excellent", both of all whose outcome is decided: who
    is not admitted counts as not passed, who is excused does not count yet.
    """
    listed = list(rows)
    counted = [row for row in listed if row["state"] in COUNTED]
    passed = [row for row in counted if row["state"] == "passed"]
    good = [row for row in passed if row["traditional"] in GOOD]
    return Totals(
        listed=len(listed),
        admitted=sum(1 for row in listed if row["admitted"]),
        letters=Counter(row["letter"] for row in listed if row["letter"]),
        passed=len(passed),
        counted=len(counted),
        success=_share(len(passed), len(counted)),
        quality=_share(len(good), len(counted)),
    )


def _share(part: int, whole: int) -> Fraction | None:
    return half_up(Fraction(100 * part, whole), 1) if whole else None
