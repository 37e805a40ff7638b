"""How a learner stands: GPA and open debts, as the ejournal told them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from portal.home.model import Debt, Standing

STANDING = select(Standing.gpa, Standing.credits_earned, Standing.computed_at).where(
    Standing.person_id == bindparam("person")
)
DEBTS = (
    select(Debt.id, Debt.discipline_title, Debt.reason, Debt.opened_at)
    .where(Debt.person_id == bindparam("person"), Debt.closed_at.is_(None))
    .order_by(Debt.opened_at, Debt.id)
)


def find_standing(*, session: Session, person_id: UUID) -> AnyRow | None:
    """Find a learner's GPA and credits; None while no statement was accepted."""
    return session.execute(STANDING, {"person": person_id}).one_or_none()


def list_debts(*, session: Session, person_id: UUID) -> Sequence[AnyRow]:
    """List a learner's open debts, the oldest first."""
    return session.execute(DEBTS, {"person": person_id}).all()


def record_debt(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep an open debt with its present reason."""
    values = {
        "id": UUID(data["debt_id"]),
        "person_id": UUID(data["person_id"]),
        "discipline_title": data["discipline_title"],
        "reason": data["reason"],
        "opened_at": datetime.fromisoformat(data["opened_at"]),
    }
    session.execute(insert(Debt).values(values).on_conflict_do_update(index_elements=[Debt.id], set_=values))


def record_closed_debt(*, session: Session, data: Mapping[str, Any]) -> None:
    """Take a debt off the list."""
    closed = datetime.fromisoformat(data["closed_at"])
    session.execute(update(Debt).where(Debt.id == UUID(data["debt_id"])).values(closed_at=closed))


def record_standing(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep the present standing of the learners of a statement."""
    at = datetime.fromisoformat(data["computed_at"])
    rows = [
        {
            "person_id": UUID(one["person_id"]),
            "gpa": one["gpa"],
            "credits_earned": one["credits_earned"],
            "computed_at": at,
        }
        for one in data["people"]
    ]
    if rows:
        statement = insert(Standing).values(rows)
        fresh = {name: statement.excluded[name] for name in ("gpa", "credits_earned", "computed_at")}
        session.execute(statement.on_conflict_do_update(index_elements=[Standing.person_id], set_=fresh))
