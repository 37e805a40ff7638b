"""Who is admitted to the examination: one named function per refusal, all collected (rule 5).

Admitted: RD at least `admit_min`, no debt in prerequisites, coursework at least `coursework_min` where planned; where the rule
set has floors, each RK and the attendance too; where it says so, no book of the library kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ejournal.control.rules import rounded
from ejournal.control.rules_sets import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What admission looks at; `attendance` is a percentage, `books` are those the library counts as kept by the rule set."""

    rd: Fraction | None
    rk1: Fraction | None = None
    rk2: Fraction | None = None
    attendance: Fraction | None = None
    debts: tuple[str, ...] = ()
    coursework_planned: bool = False
    coursework: Fraction | None = None
    books: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a learner is not admitted: a stable code, what stands and what was needed."""

    code: str
    has: Fraction | None = None
    needs: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision: True, False with every reason, or None while RD is not known."""

    admitted: bool | None
    refusals: tuple[Refusal, ...] = ()


def rating_too_low(standing: Standing, rules: RuleSet) -> Refusal | None:
    """Refuse a rating under the threshold, rounded or exact as `admit_on` says."""
    parameters = rules.parameters
    if standing.rd is None:
        return None
    rd = rounded(standing.rd, parameters) if parameters.admit_on == "rounded" else standing.rd
    return None if rd >= parameters.admit_min else Refusal("rating-too-low", rd, parameters.admit_min)


def debt_in_prerequisites(standing: Standing, _rules: RuleSet) -> Refusal | None:
    """Refuse while a prerequisite is not passed."""
    return Refusal("debt-in-prerequisites", Fraction(len(standing.debts))) if standing.debts else None


def coursework_not_passed(standing: Standing, rules: RuleSet) -> Refusal | None:
    """Refuse a planned coursework that is missing or under its threshold."""
    needed = rules.parameters.coursework_min
    if not standing.coursework_planned or (standing.coursework is not None and standing.coursework >= needed):
        return None
    return Refusal("coursework-not-passed", standing.coursework, needed)


def midterm_under_floor(standing: Standing, rules: RuleSet) -> Refusal | None:
    """Refuse a midterm control under the floor, where the rule set has one."""
    floor = rules.parameters.rk_floor
    known = [rk for rk in (standing.rk1, standing.rk2) if rk is not None]
    if floor is None or not known or min(known) >= floor:
        return None
    return Refusal("midterm-under-floor", min(known), floor)


def attendance_under_floor(standing: Standing, rules: RuleSet) -> Refusal | None:
    """Refuse an attendance under the floor, where the rule set has one."""
    floor = rules.parameters.attendance_floor
    if floor is None or standing.attendance is None or standing.attendance >= floor:
        return None
    return Refusal("attendance-under-floor", standing.attendance, floor)


def library_debt(standing: Standing, rules: RuleSet) -> Refusal | None:
    """Refuse while books of the library are kept, where the rule set looks at them."""
    if rules.parameters.library_debt == "none" or not standing.books:
        return None
    return Refusal("library-debt", Fraction(standing.books), Fraction(0))


REFUSALS: tuple[Callable[[Standing, RuleSet], Refusal | None], ...] = (
    rating_too_low,
    debt_in_prerequisites,
    coursework_not_passed,
    midterm_under_floor,
    attendance_under_floor,
    library_debt,
)


def admit(standing: Standing, rules: RuleSet) -> Admission:
    """Decide on admission, with every reason at once.

    Returns:
        Undecided while RD is empty; otherwise admitted exactly when no function of `REFUSALS` refuses.
    """
    if standing.rd is None:
        return Admission(None)
    refusals = tuple(found for refuse in REFUSALS if (found := refuse(standing, rules)))
    return Admission(not refusals, refusals)
