"""Academic debts: the latest decided attempt at a discipline tells whether it is owed."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

FAILING = frozenset({"failed", "not_admitted", "retake"})
UNDECIDED = "individual"


class Decided(Protocol):
    """What of an attempt tells whether the discipline is owed: `state` as `Outcome` has it."""

    @property
    def state(self) -> str:
        """Where the learner stands after the attempt."""


D = TypeVar("D", bound=Decided)


def deciding(attempts: Sequence[D]) -> D | None:
    """Find the attempt that decides: the latest one; absence with reason (an individual statement follows) decides nothing.

    Args:
        attempts: at one discipline, in their order, none of them superseded.
    """
    return next((attempt for attempt in reversed(attempts) if attempt.state != UNDECIDED), None)


def owed(attempts: Sequence[D]) -> D | None:
    """Find the attempt by which the discipline is owed: failed, not admitted, or FX until it is retaken; None when nothing is.

    Args:
        attempts: as for `deciding`.
    """
    found = deciding(attempts)
    return found if found is not None and found.state in FAILING else None
