"""The history of sign-ins: every try with its outcome, address and device, for ninety days."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from auth.sessions.model import Attempt
from chassis import clock
from chassis.db import new_id
from chassis.pages import Paged, paginate
from chassis.problems import Problem

KEPT = timedelta(days=90)
SIGNED_IN = "signed-in"
_ATTEMPT: Any = Attempt.__table__
NEW = insert(_ATTEMPT)
OUTCOMES = {
    "auth.sign-in-refused": "wrong",
    "auth.too-many-tries": "too-many",
    "auth.account-blocked": "blocked",
    "auth.code-refused": "wrong-code",
}


def note(session: Session, *, person_id: UUID | None, outcome: str, address: str, device: str) -> None:
    """Write down one try; `person_id` is None where nobody has the login."""
    row = {
        "id": new_id(),
        "at": clock.now(),
        "person_id": person_id,
        "outcome": outcome,
        "address": address[:64],
        "device": device,
    }
    session.execute(NEW, row)


def outcome_of(refused: Problem) -> str:
    """Answer the class of a refusal."""
    return OUTCOMES.get(refused.code, "refused")


def list_(session: Session, *, person_id: UUID, page: int, size: int = 50) -> Paged[Attempt]:
    """List the tries of a person, the latest first."""
    query = (
        select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.at.desc(), Attempt.id.desc())
    )
    return paginate(session, query, page=page, size=size)


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop what is older than ninety days."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
