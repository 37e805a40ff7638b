"""Current and midterm control: from cells to TK, P and the admission rating (clause 11 of Order No. 21).

    TK of a half = sum of its numbers / max(their count, min_marks)
    P  of a half = tk_weight x TK + rk_weight x RK
    RD           = p1_weight x P1 + p2_weight x P2, exact until the rating statement is issued

Anything missing leaves what follows from it empty, never zero. All numbers are fractions; rounding happens in `rounded`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ejournal.control.rules_sets import Parameters, RuleSet
from ejournal.control.rules_values import DUTY_CODES, EMPTY, Mark
from ejournal.fractions import half_up, mean, weighted

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Half:
    """What one half of a period gives: current progress, midterm control, and their mean."""

    numbers: tuple[Fraction, ...]
    divisor: int
    tk: Fraction | None
    rk: Fraction | None
    p: Fraction | None


@dataclass(frozen=True, slots=True)
class Progress:
    """All that is computed for one learner of one journal."""

    halves: tuple[Half, Half]
    mean: Fraction | None
    rd: Fraction | None
    rd_rounded: Fraction | None
    attendance: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the explanation: what was computed, from what, to what."""

    what: str
    half: int
    inputs: tuple[Fraction, ...]
    result: Fraction | None


def counted(marks: Sequence[Mark], parameters: Parameters) -> tuple[Fraction, ...]:
    """List the numbers that enter a mean: only numbers, and zeros for absence where the rule set says so."""
    if not parameters.absent_counts_zero:
        return tuple([mark.number for mark in marks if mark.number is not None])
    return tuple(
        ZERO if mark.number is None else mark.number
        for mark in marks
        if mark.number is not None or mark.kind == "absent"
    )


def current(marks: Sequence[Mark], parameters: Parameters) -> Fraction | None:
    """Compute TK, the current progress of one half (rule 2).

    Args:
        marks: the cells of the half's lessons.
        parameters: `min_marks` is the least divisor, `absent_counts_zero` whether absence is a zero.

    Returns:
        The exact mean; None when there is no number yet.
    """
    numbers = counted(marks, parameters)
    return mean(numbers, max(len(numbers), parameters.min_marks)) if numbers else None


def mean_current(first: Sequence[Mark], second: Sequence[Mark], parameters: Parameters) -> Fraction | None:
    """Compute the mean of current control over the period: of the halves, or pooled, as the rule set names."""
    if parameters.current_mean == "pooled":
        return current((*first, *second), parameters)
    return _mean_of_halves(current(first, parameters), current(second, parameters))


def _mean_of_halves(*halves: Fraction | None) -> Fraction | None:
    means = [tk for tk in halves if tk is not None]
    return mean(means, len(means)) if means else None


def attendance(marks: Sequence[Mark], parameters: Parameters) -> Fraction | None:
    """Compute the attendance in per cent (rules 1 and 5): lessons without an absence among those that count.

    A lesson without an entry counts as attended, one that was not planned does not count. Absence with or without reason counts as
    missed; duty does not count at all where the rule set has it neutral (ejournal.md, example 19).

    Returns:
        The exact percentage; None while no lesson counts.
    """
    neutral = DUTY_CODES if parameters.duty_neutral else frozenset()
    letters = [mark for mark in marks if mark.number is None and mark.code is not None]
    kinds = [mark.kind for mark in letters if mark.code not in neutral]
    lessons = len(marks) - (len(letters) - len(kinds)) - kinds.count("not_planned")
    missed = kinds.count("absent") + kinds.count("excused")
    return Fraction(100 * (lessons - missed), lessons) if lessons else None


def midterm(tk: Fraction | None, rk: Fraction | None, parameters: Parameters) -> Fraction | None:
    """Compute P of one half (rule 3); a missing TK or RK leaves it empty, not zero."""
    if tk is None or rk is None:
        return None
    return weighted((parameters.tk_weight, tk), (parameters.rk_weight, rk))


def rating(p1: Fraction | None, p2: Fraction | None, parameters: Parameters) -> Fraction | None:
    """Compute RD, the admission rating, as an exact fraction (rule 4)."""
    if p1 is None or p2 is None:
        return None
    return weighted((parameters.p1_weight, p1), (parameters.p2_weight, p2))


def rounded(rd: Fraction, parameters: Parameters) -> Fraction:
    """Round RD half up to a whole, as the rating statement does, or keep it where `rd_round` is none."""
    return half_up(rd) if parameters.rd_round == "whole" else rd


def compute(first: Sequence[Mark], rk1: Mark, second: Sequence[Mark], rk2: Mark, rules: RuleSet) -> Progress:
    """Compute everything of one learner from the cells.

    Args:
        first: cells of the first half's lessons.
        rk1: the cell of the first midterm control.
        second: cells of the second half's lessons.
        rk2: the cell of the second midterm control.
        rules: the rule set of the journal's period.
    """
    parameters = rules.parameters
    halves = (_half(first, rk1, parameters), _half(second, rk2, parameters))
    rd = rating(halves[0].p, halves[1].p, parameters)
    pooled = parameters.current_mean == "pooled"
    return Progress(
        halves=halves,
        mean=mean_current(first, second, parameters) if pooled else _mean_of_halves(*(h.tk for h in halves)),
        rd=rd,
        rd_rounded=None if rd is None else rounded(rd, parameters),
        attendance=attendance((*first, *second), parameters),
    )


def _half(marks: Sequence[Mark], rk: Mark, parameters: Parameters) -> Half:
    numbers = counted(marks, parameters)
    divisor = max(len(numbers), parameters.min_marks)
    tk = mean(numbers, divisor) if numbers else None
    return Half(
        numbers=numbers,
        divisor=divisor,
        tk=tk,
        rk=rk.number,
        p=midterm(tk, rk.number, parameters),
    )


def explain(progress: Progress) -> Iterator[Step]:
    """Tell step by step how a learner's rating came about, with the numbers (an empty result is still a step)."""
    for number, half in enumerate(progress.halves, 1):
        yield Step("tk", number, (*half.numbers, Fraction(half.divisor)), half.tk)
        yield Step("p", number, tuple(x for x in (half.tk, half.rk) if x is not None), half.p)
    p1, p2 = (half.p for half in progress.halves)
    yield Step("rd", 0, tuple(x for x in (p1, p2) if x is not None), progress.rd)
    if progress.rd is not None and progress.rd_rounded is not None:
        yield Step("rounded", 0, (progress.rd,), progress.rd_rounded)


__all__ = [
    "EMPTY",
    "Half",
    "Progress",
    "Step",
    "attendance",
    "compute",
    "counted",
    "current",
    "explain",
    "mean_current",
    "midterm",
    "rating",
    "rounded",
]
