"""Sealed statements as the ejournal told of them: no order changes them, and one that comes too late says so."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from portal.movement.model import SealedStatement


def record_sealed(*, session: Session, data: Mapping[str, Any], at: datetime) -> None:
    """Keep a sealed statement; hearing of it again changes nothing."""
    values = {
        "id": UUID(data["statement_id"]),
        "number": data["number"],
        "kind": data["kind"],
        "discipline_title": data["discipline_title"],
        "sealed_on": at.astimezone(clock.ACADEMY).date(),
        "people": [UUID(row["person_id"]) for row in data["rows"]],
        "superseded": False,
    }
    session.execute(insert(SealedStatement).values(values).on_conflict_do_nothing())


def record_superseded(*, session: Session, data: Mapping[str, Any]) -> None:
    """Note that a statement holds no more."""
    statement = update(SealedStatement).where(SealedStatement.id == UUID(data["statement_id"]))
    session.execute(statement.values(superseded=True))


def list_since(*, session: Session, person_id: UUID, day: date) -> Sequence[AnyRow]:
    """List the statements that hold, were sealed on a day or later, and have the learner in them."""
    query = (
        select(SealedStatement.number, SealedStatement.kind, SealedStatement.discipline_title)
        .where(
            SealedStatement.people.contains([person_id]),
            SealedStatement.sealed_on >= day,
            ~SealedStatement.superseded,
        )
        .order_by(SealedStatement.number)
    )
    return session.execute(query).all()
