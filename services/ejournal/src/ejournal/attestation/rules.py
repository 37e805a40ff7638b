"""From the admission rating and the examination to the final mark and its letter; what is needed for a letter.

Sources: rules 6 and 7 of the design; every threshold, weight and letter is a parameter of the rule set of the mark's period.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from ejournal.admission.rules import Standing, admit
from ejournal.control.rules import rounded
from ejournal.control.rules_sets import Band, Parameters, RuleSet
from ejournal.control.rules_values import Mark
from ejournal.fractions import half_up


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a learner stands in a discipline.

    `state`: not_admitted (the examination cell is locked), waiting, individual (absent with reason: an individual statement),
    retake (FX, one more attempt), passed, failed (the course is repeated).
    """

    state: str
    final: Fraction | None = None
    band: Band | None = None
    attempts: tuple[Mark, ...] = ()

    @property
    def retake_offered(self) -> bool:
        """Tell whether one more attempt is open."""
        return self.state == "retake"

    @property
    def repeats(self) -> bool:
        """Tell whether the course is to be repeated."""
        return self.state == "failed"


@dataclass(frozen=True, slots=True)
class Chance:
    """The least examination mark that brings a letter; None when it is out of reach."""

    band: Band
    exam: int | None


def final_mark(rd: Fraction, exam: Fraction, parameters: Parameters) -> Fraction:
    """Compute the final mark of a passed examination: weighted, half up to a whole."""
    return half_up(parameters.rd_weight * rounded(rd, parameters) + parameters.exam_weight * exam)


def attest(
    standing: Standing,
    attempts: Sequence[Mark],
    rules: RuleSet,
    *,
    exam_planned: bool = True,
    period_closed: bool = False,
) -> Outcome:
    """Decide the outcome from the rating and all attempts in their order (rule 6).

    Args:
        standing: what admission looks at.
        attempts: examination marks; a second one is the retake after FX.
        rules: the rule set of the mark's period.
        exam_planned: without an examination in the plan the final mark is RD.
        period_closed: a learner who is not admitted fails when the period closes.
    """
    admission = admit(standing, rules)
    if standing.rd is None or not admission.admitted:
        return _without_admission(admission.admitted, rules, period_closed)
    if not exam_planned:
        final = half_up(standing.rd)
        return Outcome("passed", final, rules.band(final))
    taken = tuple(mark for mark in attempts if mark.kind != "excused")
    if not taken:
        return Outcome("individual" if attempts else "waiting", attempts=tuple(attempts))
    return _after_exam(standing.rd, taken, tuple(attempts), rules)


def _without_admission(admitted: bool | None, rules: RuleSet, period_closed: bool) -> Outcome:
    if period_closed:
        return Outcome("failed", band=rules.band_of(rules.parameters.failed_letter))
    return Outcome("waiting" if admitted is None else "not_admitted")


def _after_exam(rd: Fraction, taken: Sequence[Mark], attempts: tuple[Mark, ...], rules: RuleSet) -> Outcome:
    parameters = rules.parameters
    failed = Outcome("failed", band=rules.band_of(parameters.failed_letter), attempts=attempts)
    for number, mark in enumerate(taken):
        exam = _exam_number(mark, parameters)
        if exam is not None and exam >= parameters.exam_pass:
            final = final_mark(rd, exam, parameters)
            return Outcome("passed", final, rules.band(final), attempts)
        if exam is None or exam < parameters.exam_retake_from or number >= parameters.exam_retakes:
            return failed
    return Outcome("retake", band=rules.band_of(parameters.retake_letter), attempts=attempts)


def _exam_number(mark: Mark, parameters: Parameters) -> Fraction | None:
    """Read an examination mark; absence without reason is a failure, or a zero where the rule set says so."""
    if mark.kind == "absent" and parameters.exam_absence == "zero":
        return Fraction(0)
    return mark.number


def what_if(rd: Fraction, rules: RuleSet) -> tuple[Chance, ...]:
    """Tell for every passing letter the least examination mark that brings it, best letter first.

    A letter that a pass already exceeds is left out: with RD 62 a pass brings D+ at once, so D is not listed.

    Args:
        rd: the admission rating, exact.
        rules: the rule set of the period.
    """
    parameters = rules.parameters
    marks = range(int(parameters.exam_pass), parameters.mark_max + 1)
    reached = {exam: rules.band(final_mark(rd, Fraction(exam), parameters)) for exam in marks}
    worst = reached[marks[0]]
    chances = []
    for band in rules.scale[: rules.scale.index(worst) + 1]:
        exam = next((mark for mark in marks if reached[mark].lowest >= band.lowest), None)
        chances.append(Chance(band, exam))
    return tuple(chances)


def free_number(used: Collection[int]) -> int:
    """Number the next attempt: the least number not used, so that a rectified one takes the place of what it replaces."""
    return next(number for number in count(1) if number not in used)
