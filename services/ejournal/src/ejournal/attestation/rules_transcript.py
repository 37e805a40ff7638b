"""The transcript as data: all attempts in their order, what counts of them, and the figures that follow (rules 7 to 9 of the design).

A mark is always read by the scale of its own period: letter, points and the traditional word are kept with the attempt, and nothing
here looks at today's scale.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from ejournal.attestation.rules_debts import deciding, owed
from ejournal.attestation.rules_rating import TranscriptRow, gpa
from ejournal.control.rules_sets import Parameters, RuleSet
from ejournal.fractions import mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An attempt as it is kept, with what a transcript needs of its journal; `starts` and `ends` are of its period."""

    person: str
    discipline: str
    period: str
    starts: date | None
    ends: date | None
    credits: Fraction
    number: int
    kind: str
    exam: str | None
    final: Fraction | None
    letter: str | None
    points: Fraction | None
    traditional: str | None
    state: str
    rule_set: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What follows from a learner's attempts; `gpa` and `mean_final` are None while nothing counts."""

    gpa: Fraction | None
    credits_earned: Fraction
    mean_final: Fraction | None
    debts: int


def in_order(attempts: Iterable[Kept]) -> list[Kept]:
    """Order attempts by period, and within a period by discipline and number; coursework before the examination."""
    return sorted(
        attempts,
        key=lambda a: (a.starts or date.min, a.discipline, a.kind != "coursework", a.number),
    )


def closed(attempt: Kept, rules: RuleSet, today: date) -> Kept:
    """Give a learner who was not admitted the failing letter once the period is over (example 7).

    Args:
        attempt: as it is kept.
        rules: the rule set of the attempt.
        today: the day of reading.
    """
    if attempt.state != "not_admitted" or attempt.letter or attempt.ends is None or today <= attempt.ends:
        return attempt
    band = rules.band_of(rules.parameters.failed_letter)
    return replace(attempt, letter=band.letter, points=band.points, traditional=band.traditional)


def readable(attempts: Iterable[Kept], sets: Mapping[str, RuleSet], today: date) -> list[Kept]:
    """Put a learner's attempts in order, each as it reads today by the rules of its own period."""
    return in_order(closed(attempt, sets[attempt.rule_set], today) for attempt in attempts)


def counting(attempts: Sequence[Kept]) -> list[Kept]:
    """Keep what may count for GPA: coursework is part of its discipline, and what has no letter yet counts for nothing."""
    return [a for a in attempts if a.kind != "coursework" and a.letter is not None]


def average(attempts: Sequence[Kept], parameters: Parameters) -> Fraction | None:
    """Compute GPA over attempts in their order (rule 8): the latest at each discipline counts."""
    rows = [
        TranscriptRow(a.discipline, a.letter or "", a.points or Fraction(0), a.credits, place)
        for place, a in enumerate(counting(attempts))
    ]
    return gpa(rows, parameters)


def summary(attempts: Sequence[Kept], parameters: Parameters) -> Summary:
    """Compute everything that follows from one learner's attempts.

    Args:
        attempts: readable, in order; of one period or of all.
        parameters: of the rule set in force, for places and letters that carry no points.
    """
    by_discipline: dict[str, list[Kept]] = {}
    for attempt in attempts:
        if attempt.kind != "coursework":
            by_discipline.setdefault(attempt.discipline, []).append(attempt)
    latest = [found for own in by_discipline.values() if (found := deciding(own))]
    passed = [attempt for attempt in latest if attempt.state == "passed"]
    finals = [attempt.final for attempt in passed if attempt.final is not None]
    return Summary(
        gpa=average(attempts, parameters),
        credits_earned=sum((attempt.credits for attempt in passed), Fraction(0)),
        mean_final=mean(finals, len(finals)) if finals else None,
        debts=sum(owed(own) is not None for own in by_discipline.values()),
    )


def by_period(attempts: Iterable[Kept]) -> dict[str, list[Kept]]:
    """Group attempts by their period, in their order."""
    found: dict[str, list[Kept]] = {}
    for attempt in attempts:
        found.setdefault(attempt.period, []).append(attempt)
    return found
