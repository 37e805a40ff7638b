"""A rule set: every number by which marks are computed, as data with its clause and its term.

No number of the ministry's order No. 20 of 13.01.2016 stands in code: a set is a row of the database, in force from a day to
a day, and a mark is always computed by the set of its own period, never by today's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

CHOICES = {
    "rd_round": ("whole", "none"),
    "admit_on": ("rounded", "exact"),
    "current_mean": ("per_half", "pooled"),
    "exam_absence": ("failed", "zero"),
    "library_debt": ("none", "overdue", "any"),
}
TRADITIONAL = ("excellent", "good", "satisfactory", "unsatisfactory")


class RuleSetError(ValueError):
    """A rule set that cannot be used; `faults` name everything wrong with it.

    Args:
        faults: codes like `weights-midterm`, or `missing:rd_weight`.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the scale: from `lowest` up to the next band."""

    letter: str
    lowest: int
    points: Fraction
    traditional: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The parameters of a rule set; each has its meaning in `docs` of the service's README.

    Those with a default came later: a set stored without them loads with it.
    """

    mark_min: int
    mark_max: int
    mark_places: int
    min_marks: int
    absent_counts_zero: bool
    current_mean: str
    tk_weight: Fraction
    rk_weight: Fraction
    p1_weight: Fraction
    p2_weight: Fraction
    rd_round: str
    admit_on: str
    admit_min: Fraction
    rk_floor: Fraction | None
    attendance_floor: Fraction | None
    coursework_min: Fraction
    rd_weight: Fraction
    exam_weight: Fraction
    exam_pass: Fraction
    exam_retake_from: Fraction
    exam_retakes: int
    exam_absence: str
    retake_letter: str
    failed_letter: str
    gpa_places: int
    gpa_excluded: tuple[str, ...]
    transfer_score: Fraction
    current_part_min: Fraction
    exam_part_min: Fraction
    library_debt: str = "none"
    appeal_days: int = 3
    duty_neutral: bool = True
    late_teacher_days: int = 1
    late_department_days: int = 7
    late_faculty_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Parameters and scale in force from a day to a day (the last day excluded; None = still)."""

    code: str
    valid_from: date
    valid_to: date | None
    parameters: Parameters
    clauses: Mapping[str, str]
    scale: tuple[Band, ...]

    def band(self, mark: Fraction) -> Band:
        """Find the band of a whole mark 0..100."""
        return next(band for band in self.scale if mark >= band.lowest)

    def band_of(self, letter: str) -> Band:
        """Find a band by its letter.

        Raises:
            KeyError: the scale has no such letter.
        """
        for band in self.scale:
            if band.letter == letter:
                return band
        raise KeyError(letter)

    def covers(self, day: date) -> bool:
        """Tell whether the set is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _optional(text: str) -> Fraction | None:
    return None if text == "none" else Fraction(text)


READERS: Mapping[Any, Callable[[str], Any]] = {
    int: int,
    bool: _flag,
    str: str,
    Fraction: Fraction,
    Fraction | None: _optional,
    tuple[str, ...]: lambda text: tuple(text.split()),
}


def load(data: Mapping[str, Any]) -> RuleSet:
    """Build a rule set from its stored form.

    Args:
        data: `code`, `valid_from`, `valid_to` (ISO dates), `parameters` ({name: {"value": text, "clause": text}}) and
            `scale` ([{"letter", "lowest", "points", "traditional"}], best first).

    Raises:
        RuleSetError: with every fault at once; the weights and the scale are checked too.
    """
    values, faults = _read_parameters(data["parameters"])
    if faults:
        raise RuleSetError(faults)
    rules = RuleSet(
        code=data["code"],
        valid_from=date.fromisoformat(data["valid_from"]),
        valid_to=date.fromisoformat(data["valid_to"]) if data.get("valid_to") else None,
        parameters=Parameters(**values),
        clauses={name: item["clause"] for name, item in data["parameters"].items()},
        scale=tuple(
            Band(b["letter"], int(b["lowest"]), Fraction(b["points"]), b["traditional"])
            for b in data["scale"]
        ),
    )
    if faults := list(check(rules)):
        raise RuleSetError(faults)
    return rules


def _read_parameters(given: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    known = {item.name: item for item in fields(Parameters)}
    faults = [f"unknown:{name}" for name in given if name not in known]
    for name, item in known.items():
        if name not in given:
            faults += [f"missing:{name}"] if item.default is MISSING else []
            continue
        try:
            values[name] = READERS[item.type](given[name]["value"])
        except (ValueError, KeyError, ZeroDivisionError):
            faults.append(f"unreadable:{name}")
    return values, faults


def check(rules: RuleSet) -> Iterator[str]:
    """Name every fault of a rule set: weights, choices, thresholds, scale.

    Sources:
        sum of the parts 100 %, current part at least 60 %, examination at least 30 %: rule 10 of the design, the parameters
        `current_part_min` and `exam_part_min` of the set itself.
    """
    p = rules.parameters
    if p.tk_weight + p.rk_weight != 1:
        yield "weights-midterm"
    if p.p1_weight + p.p2_weight != 1:
        yield "weights-rating"
    if p.rd_weight + p.exam_weight != 1:
        yield "weights-final"
    if p.rd_weight < p.current_part_min:
        yield "current-part-too-small"
    if p.exam_weight < p.exam_part_min:
        yield "exam-part-too-small"
    if min(p.tk_weight, p.rk_weight, p.p1_weight, p.p2_weight) < 0:
        yield "negative-weight"
    yield from (f"choice:{name}" for name, allowed in CHOICES.items() if getattr(p, name) not in allowed)
    if not p.mark_min <= p.exam_retake_from <= p.exam_pass <= p.mark_max or not p.mark_min < p.mark_max:
        yield "thresholds"
    if not p.late_teacher_days < p.late_department_days < p.late_faculty_days:
        yield "late-terms"
    if rules.valid_to is not None and rules.valid_to <= rules.valid_from:
        yield "term"
    yield from _check_scale(rules)


def _check_scale(rules: RuleSet) -> Iterator[str]:
    scale = rules.scale
    if not scale or scale[-1].lowest != rules.parameters.mark_min:
        yield "scale-not-to-the-bottom"
    steps = list(pairwise(scale))
    if any(upper.lowest <= lower.lowest or upper.points < lower.points for upper, lower in steps):
        yield "scale-order"
    letters = {band.letter for band in scale}
    if not {rules.parameters.failed_letter, rules.parameters.retake_letter} <= letters:
        yield "scale-letters"
    if any(band.traditional not in TRADITIONAL for band in scale):
        yield "scale-traditional"


def in_force(sets: Sequence[RuleSet], day: date) -> RuleSet:
    """Find the rule set of a day, usually the first day of a period.

    Raises:
        RuleSetError: no set covers the day.
    """
    for rules in sets:
        if rules.covers(day):
            return rules
    raise RuleSetError([f"no-set-on:{day.isoformat()}"])
