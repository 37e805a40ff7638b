"""The life of a statement as data: its kinds, its states, who moves it on, and one named function per refusal.

    issued → filling → submitted (examiner's signature) → accepted (registrar's signature, sealed) → superseded
                ↑______________|  returned with a remark

There is no unseal: a sealed statement is corrected by a rectification, a statement of its own that supersedes it. All refusals of
an act are collected, so that a clerk sees every reason at once. Source: clauses 4.7 and 11 of Order No. 21, "Life cycle" of the
design.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

ISSUED, FILLING, SUBMITTED, ACCEPTED, SUPERSEDED = "issued", "filling", "submitted", "accepted", "superseded"
STATES = (ISSUED, FILLING, SUBMITTED, ACCEPTED, SUPERSEDED)
OPEN = frozenset({ISSUED, FILLING})
SEALED = frozenset({ACCEPTED, SUPERSEDED})
APPEALED = "appeal"
REASONS = (APPEALED, "clerical", "integrity")
"""Why a sealed statement is rectified: an appeal, a clerical error, an integrity case."""
EXAMINER, REGISTRAR = "examiner", "registrar"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement.

    Args:
        code: as stored.
        letter: begins its numbers; each kind has a series of its own in each year.
        follows: kinds of the sealed statement it is issued from; empty: it is issued for a journal itself.
        rated: its rows carry TK, RK, P and RD, and whoever is not admitted has no mark.
        marked: the examiner enters marks.
    """

    code: str
    letter: str
    follows: tuple[str, ...] = ()
    rated: bool = False
    marked: bool = True


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("rating", "R", rated=True, marked=False),
        Kind("examination", "E", ("rating",), rated=True),
        Kind("individual", "I", ("examination", "individual", "retake"), rated=True),
        Kind("retake", "X", ("examination", "individual"), rated=True),
        Kind("summer", "S", ("examination", "individual", "retake")),
        Kind("coursework", "C"),
        Kind("practice", "P"),
        Kind("state_exam", "G"),
    )
}
BY_LETTER = {kind.letter: kind for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: a stable code, and what its words need."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


Situation = TypeVar("Situation")


@dataclass(frozen=True, slots=True)
class Act(Generic[Situation]):
    """Something done to a statement: from which states, into which, and what may stand against it."""

    name: str
    sources: frozenset[str]
    target: str
    guards: tuple[Callable[[Situation], Refusal | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the guards of a statement that exists look at."""

    kind: str
    state: str
    actor: UUID
    unmarked: int = 0
    differing: int = 0
    overruled: int = 0
    blind: bool = False
    examiner: UUID | None = None
    examiner_key_revoked: bool = False
    key: str = "ready"
    rectified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the guards of issuing look at.

    `source` is the state of the sealed statement it follows, None when none was named; `source_kind` its kind; `fitting` the
    number of learners who need it.
    """

    kind: str
    journal_active: bool
    rules_known: bool
    fitting: int
    exists: bool = False
    empty_midterms: Sequence[str] = ()
    source: str | None = None
    source_kind: str = ""


def marks_missing(standing: Standing) -> Refusal | None:
    """Refuse to sign while an admitted learner has neither mark nor a word about absence."""
    return Refusal("marks-missing", {"count": standing.unmarked}) if standing.unmarked else None


def entered_twice(standing: Standing) -> Refusal | None:
    """Refuse marks by one person alone where two enter them (rules_blind)."""
    return Refusal("blind-entry") if standing.blind else None


def readings_differ(standing: Standing) -> Refusal | None:
    """Refuse to sign while the two blind entries differ and nobody has agreed."""
    return Refusal("readings-differ", {"count": standing.differing}) if standing.differing else None


def commission_overruled(standing: Standing) -> Refusal | None:
    """Refuse to sign a rectification with another mark than the commission of the appeal gave."""
    return Refusal("commission-overruled", {"count": standing.overruled}) if standing.overruled else None


def no_marks_of_its_own(standing: Standing) -> Refusal | None:
    """Refuse marks in a statement that only freezes what the journal holds."""
    return None if KINDS[standing.kind].marked else Refusal("no-marks-here")


def key_missing(standing: Standing) -> Refusal | None:
    """Refuse a signature without a key."""
    return Refusal("key-missing") if standing.key == "missing" else None


def key_revoked(standing: Standing) -> Refusal | None:
    """Refuse a signature by a revoked key."""
    return Refusal("key-revoked") if standing.key == "revoked" else None


def signed_by_oneself(standing: Standing) -> Refusal | None:
    """Refuse that one person gives both signatures."""
    return Refusal("same-person") if standing.examiner == standing.actor else None


def examiner_key_revoked(standing: Standing) -> Refusal | None:
    """Refuse to seal what was signed with a key that was revoked meanwhile: it is returned and signed anew."""
    return Refusal("examiner-key-revoked") if standing.examiner_key_revoked else None


def already_rectified(standing: Standing) -> Refusal | None:
    """Refuse a second rectification of one statement: the first one is rectified instead."""
    return Refusal("already-rectified") if standing.rectified else None


def journal_withdrawn(wish: Wish) -> Refusal | None:
    """Refuse statements of a journal whose assignment was withdrawn."""
    return None if wish.journal_active else Refusal("journal-withdrawn")


def rules_unknown(wish: Wish) -> Refusal | None:
    """Refuse while the period, and with it the rule set, is not known."""
    return None if wish.rules_known else Refusal("rules-unknown")


def already_issued(wish: Wish) -> Refusal | None:
    """Refuse a second statement of the same kind from the same source."""
    return Refusal("already-issued") if wish.exists else None


def midterm_empty(wish: Wish) -> Refusal | None:
    """Refuse to freeze a rating before both midterm controls were held (rule 3)."""
    if wish.kind != "rating" or not wish.empty_midterms:
        return None
    return Refusal("midterm-empty", {"which": tuple(wish.empty_midterms)})


def source_missing(wish: Wish) -> Refusal | None:
    """Refuse a statement that follows another when none of the right kind is named."""
    follows = KINDS[wish.kind].follows
    if not follows or (wish.source is not None and wish.source_kind in follows):
        return None
    return Refusal("source-missing", {"kinds": follows})


def source_not_sealed(wish: Wish) -> Refusal | None:
    """Refuse to follow a statement that is not sealed, or was superseded."""
    known = bool(KINDS[wish.kind].follows) and wish.source is not None
    return Refusal("source-not-sealed") if known and wish.source != ACCEPTED else None


def nobody_needs_it(wish: Wish) -> Refusal | None:
    """Refuse an empty statement."""
    return None if wish.fitting else Refusal("nobody-needs-it")


ISSUE: tuple[Callable[[Wish], Refusal | None], ...] = (
    journal_withdrawn, rules_unknown, already_issued, midterm_empty, source_missing, source_not_sealed, nobody_needs_it,
)  # fmt: skip
SIGNING = (key_missing, key_revoked)
ACTS: Mapping[str, Act[Standing]] = {
    act.name: act
    for act in (
        Act("mark", OPEN, FILLING, (no_marks_of_its_own, entered_twice)),
        Act("submit", OPEN, SUBMITTED, (marks_missing, readings_differ, commission_overruled, *SIGNING)),
        Act("return", frozenset({SUBMITTED}), FILLING),
        Act("accept", frozenset({SUBMITTED}), ACCEPTED, (signed_by_oneself, examiner_key_revoked, *SIGNING)),
        Act("rectify", frozenset({ACCEPTED}), ACCEPTED, (already_rectified,)),
        Act("supersede", frozenset({ACCEPTED}), SUPERSEDED),
    )
}


def refusals(name: str, standing: Standing) -> tuple[Refusal, ...]:
    """Collect everything that stands against an act; a wrong state alone, since all else follows from it."""
    act = ACTS[name]
    if standing.state not in act.sources:
        return (Refusal("wrong-state", {"state": standing.state}),)
    return tuple(found for guard in act.guards if (found := guard(standing)))


def issue_refusals(wish: Wish) -> tuple[Refusal, ...]:
    """Collect everything that stands against issuing a statement."""
    return tuple(found for guard in ISSUE if (found := guard(wish)))
