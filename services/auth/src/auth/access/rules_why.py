"""Why somebody can or cannot do something: the chain permission, role, grant, or each reason against (clause 9).

Written apart from what services decide by (`chassis.permissions.decide`), and held against it by a property: both answer alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from auth.access.rules import ONES_OWN

Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Fact:
    """A grant of the person, with the words its order goes by.

    Attributes:
        id: of the grant.
        role: its code.
        place: kind and id of the scope.
        valid_from: first day.
        valid_to: last day, or None.
        basis: number and date of the order it was given by.
        withdrawn: the order it was withdrawn by, or None.
        deputy_for: whom the person replaces, or None.
    """

    id: UUID
    role: str
    place: Place
    valid_from: date
    valid_to: date | None
    basis: str = ""
    withdrawn: str | None = None
    deputy_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """One reason against: its code, and the grant it is about, if any."""

    code: str
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer: grants that open the way, and what speaks against; it can be done when something opens and nothing bars.

    Attributes:
        chains: grants that are in force and cover the place.
        bars: what shuts everything, whatever the grants: the state of the account.
        reasons: why each other grant with the permission does not open the way, or that there is none.
    """

    chains: Sequence[Fact] = ()
    bars: Sequence[Against] = ()
    reasons: Sequence[Against] = field(default_factory=tuple)

    @property
    def can(self) -> bool:
        """Whether it can be done."""
        return bool(self.chains) and not self.bars


def explain(
    facts: Iterable[Fact],
    *,
    roles: set[str],
    kinds: Iterable[str],
    places: Sequence[Place],
    today: date,
    account: str = "open",
) -> Answer:
    """Explain whether a permission holds for somebody.

    Args:
        facts: every grant the person ever had.
        roles: the roles that have the permission.
        kinds: the kinds of scope the permission declares; within others no grant opens it.
        places: the place asked about with those it lies within, the institution left out; empty: anywhere at all.
        today: the day asked about.
        account: state of the account: open, none, blocked, left, expired.
    """
    bars = [] if account == "open" else [Against(f"account-{account}")]
    fitting = [fact for fact in facts if fact.role in roles]
    if not fitting:
        return Answer(bars=bars, reasons=[Against("no-role" if roles else "no-role-has-it")])
    chains, reasons = [], []
    for fact in fitting:
        found = obstacles(fact, set(kinds), places, today)
        reasons += [Against(code, fact) for code in found]
        if not found:
            chains.append(fact)
    return Answer(chains, bars, [] if chains else reasons)


def obstacles(fact: Fact, kinds: set[str], places: Sequence[Place], today: date) -> list[str]:
    """Answer the codes of what keeps one grant from opening the way; what was withdrawn needs no second reason."""
    if fact.withdrawn is not None:
        return ["withdrawn"]
    found = []
    if today < fact.valid_from:
        found.append("not-begun")
    if fact.valid_to is not None and today > fact.valid_to:
        found.append("deputy-over" if fact.deputy_for else "over")
    if fact.place[0] not in kinds:
        found.append("scope-unfit")
    elif places and not _covers(fact.place, places):
        found.append("ones-own" if fact.place[0] in ONES_OWN else "elsewhere")
    return found


def _covers(own: Place, places: Sequence[Place]) -> bool:
    return own[0] == "institution" or own in places
