"""Blind double entry: two teachers enter the marks of a statement, each alone; what differs is named; a third person agrees on it.

required (before the first mark) → entered by two persons → handed in by both → equal marks hold, differing ones wait for a third

Nobody sees the other entry before both are handed in, and an entry that was handed in changes no more: else one could type until the
marks agree. Source: "Optional blind double entry" of the design (ejournal.md, statements).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from ejournal.statements.rules import ISSUED, KINDS, OPEN, Refusal

PLACES = (1, 2)
SAME, DIFFERS = "same", "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindStanding:
    """What the guards of double entry look at.

    `place` is the person's own place among the two, or the one still free, None when two others have both; `holds` tells whether it is
    taken already.
    """

    kind: str
    state: str
    blind: bool
    teachers: int = 2
    place: int | None = 1
    holds: bool = False
    handed_in: bool = False
    both_handed_in: bool = False
    unmarked: int = 0
    differing: int = 0


def place_of(readers: Mapping[int, Hashable], person: Hashable) -> int | None:
    """Give the place of a person among the two who enter: the own one, else the first free one, None when there is none."""
    own = [place for place in PLACES if readers.get(place) == person]
    free = [place for place in PLACES if place not in readers]
    return next(iter([*own, *free]), None)


def compare(
    learners: Sequence[str], first: Mapping[str, str | None], second: Mapping[str, str | None]
) -> dict[str, str]:
    """Hold two entries against each other, learner by learner: `same` or `differs`."""
    return {one: SAME if first.get(one) == second.get(one) else DIFFERS for one in learners}


def no_marks_of_its_own(standing: BlindStanding) -> Refusal | None:
    """Refuse double entry where nothing is entered."""
    return None if KINDS[standing.kind].marked else Refusal("no-marks-here")


def two_teachers_needed(standing: BlindStanding) -> Refusal | None:
    """Refuse it for a journal that one teacher has."""
    return Refusal("two-teachers-needed") if standing.teachers < len(PLACES) else None


def not_blind(standing: BlindStanding) -> Refusal | None:
    """Refuse entries of a statement that is filled once."""
    return None if standing.blind else Refusal("not-blind")


def places_taken(standing: BlindStanding) -> Refusal | None:
    """Refuse a third entry."""
    return Refusal("places-taken") if standing.place is None else None


def handed_in_already(standing: BlindStanding) -> Refusal | None:
    """Refuse to change an entry that was handed in."""
    return Refusal("handed-in") if standing.handed_in else None


def marks_missing(standing: BlindStanding) -> Refusal | None:
    """Refuse to hand in while an admitted learner has neither mark nor a word about absence."""
    return Refusal("marks-missing", {"count": standing.unmarked}) if standing.unmarked else None


def entries_missing(standing: BlindStanding) -> Refusal | None:
    """Refuse to agree before both have handed in."""
    return None if standing.both_handed_in else Refusal("entries-missing")


def entered_oneself(standing: BlindStanding) -> Refusal | None:
    """Refuse that one of the two decides between them."""
    return Refusal("entered-oneself") if standing.holds else None


def nothing_differs(standing: BlindStanding) -> Refusal | None:
    """Refuse to agree where all is agreed."""
    return None if standing.differing or not standing.both_handed_in else Refusal("nothing-differs")


Guard = Callable[[BlindStanding], Refusal | None]
BLIND_ACTS: Mapping[str, tuple[frozenset[str], tuple[Guard, ...]]] = {
    "require": (frozenset({ISSUED}), (no_marks_of_its_own, two_teachers_needed)),
    "enter": (OPEN, (not_blind, places_taken, handed_in_already)),
    "hand_in": (OPEN, (not_blind, places_taken, handed_in_already, marks_missing)),
    "agree": (OPEN, (not_blind, entries_missing, entered_oneself, nothing_differs)),
}


def blind_refusals(name: str, standing: BlindStanding) -> tuple[Refusal, ...]:
    """Collect everything that stands against an act of double entry; a wrong state alone, since all else follows from it."""
    sources, guards = BLIND_ACTS[name]
    if standing.state not in sources:
        return (Refusal("wrong-state", {"state": standing.state}),)
    return tuple(found for guard in guards if (found := guard(standing)))
