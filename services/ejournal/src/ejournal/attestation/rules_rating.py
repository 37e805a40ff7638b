"""GPA, transfer score and rank (rules 8 and 9 of the design; clause 7: the learners' academic rating)."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ejournal.control.rules_sets import Parameters
from ejournal.fractions import half_up


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """One attempt at one discipline: all attempts stand on the transcript, the latest counts."""

    discipline: str
    letter: str
    points: Fraction
    credits: Fraction
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Achievement:
    """What a rank is made from."""

    person: Hashable
    gpa: Fraction
    credits_earned: Fraction
    mean_final: Fraction


def counting_rows(rows: Iterable[TranscriptRow], parameters: Parameters) -> list[TranscriptRow]:
    """Keep the latest attempt at each discipline, without letters that carry no points (P, NP, I, W, AU)."""
    latest: dict[str, TranscriptRow] = {}
    for row in rows:
        seen = latest.get(row.discipline)
        if seen is None or row.attempt >= seen.attempt:
            latest[row.discipline] = row
    return [row for row in latest.values() if row.letter not in parameters.gpa_excluded]


def gpa(rows: Iterable[TranscriptRow], parameters: Parameters) -> Fraction | None:
    """Compute the grade point average: sum of points x credits over credits, F and unretaken FX included.

    Returns:
        Half up to `gpa_places`; None when nothing counts yet.
    """
    counting = counting_rows(rows, parameters)
    total = sum((row.credits for row in counting), Fraction(0))
    if not total:
        return None
    earned = sum((row.points * row.credits for row in counting), Fraction(0))
    return half_up(earned / total, parameters.gpa_places)


def debts(rows: Iterable[TranscriptRow], parameters: Parameters) -> list[str]:
    """List the disciplines whose latest attempt failed."""
    failing = {parameters.failed_letter, parameters.retake_letter}
    return [row.discipline for row in counting_rows(rows, parameters) if row.letter in failing]


def may_transfer(average: Fraction | None, parameters: Parameters) -> bool:
    """Compare the rounded GPA with the transfer score."""
    return average is not None and average >= parameters.transfer_score


def rank(people: Sequence[Achievement]) -> dict[Hashable, int]:
    """Rank by GPA, then credits earned, then mean final mark; ties share a place (1, 2, 2, 4)."""
    places: dict[Hashable, int] = {}
    previous: Achievement | None = None
    for position, one in enumerate(sorted(people, key=_merit, reverse=True), 1):
        tied = previous is not None and _merit(previous) == _merit(one)
        places[one.person] = places[previous.person] if tied and previous else position
        previous = one
    return places


def _merit(one: Achievement) -> tuple[Fraction, Fraction, Fraction]:
    return one.gpa, one.credits_earned, one.mean_final
