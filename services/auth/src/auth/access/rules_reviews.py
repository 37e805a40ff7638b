"""The quarterly review of grants: when it is due, who may decide on a line, and when a line is settled (clause 9)."""

from datetime import date, timedelta
from uuid import UUID

DECISIONS = ("confirm", "withdraw")
DAYS = 30
"""A review is to be signed off within so many days of its beginning."""


def quarter_of(day: date) -> str:
    """Name the quarter of a day: `2026-4`."""
    return f"{day.year}-{(day.month - 1) // 3 + 1}"


def due_on(starts_on: date) -> date:
    """Give the last day of a review."""
    return starts_on + timedelta(DAYS)


def needs_two(risk: str, *, decided_by: UUID | None, given_by: UUID | None) -> bool:
    """Tell whether one reviewer is not enough: the risk is high, or the reviewer gave the role."""
    return risk == "high" or (decided_by is not None and decided_by == given_by)


def standing(risk: str, *, decided_by: UUID | None, seconded_by: UUID | None, given_by: UUID | None) -> str:
    """Say how a line stands: `open`, `waiting` for a second reviewer, or `settled`."""
    if decided_by is None:
        return "open"
    alone = seconded_by is None and needs_two(risk, decided_by=decided_by, given_by=given_by)
    return "waiting" if alone else "settled"


def decision_fault(*, holder: UUID, me: UUID, decision: str, reason: str) -> str | None:
    """Answer the fault code of a decision: about oneself, or a withdrawal without a reason."""
    if me == holder:
        return "ones-own"
    return "no-reason" if decision == "withdraw" and not reason.strip() else None


def seconds(decision: str, *, present: str | None, decided_by: UUID | None, me: UUID) -> bool:
    """Tell whether a decision is the second signature under the present one; another decision begins anew."""
    return present == decision and decided_by is not None and decided_by != me
