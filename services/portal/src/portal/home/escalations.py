"""Late entries of journals, told to a teacher, a head of department or a head of the faculty (clause 13), as the ejournal recorded them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from portal.home.model import Escalation

MOST = 200
OWN_PATH, BOARD_PATH = "/journal/journals/{}", "/journal/moderation/journals/{}"

TOLD = (
    select(*Escalation.__table__.c)
    .where(Escalation.people.contains(bindparam("people")), Escalation.closed_at.is_(None))
    .order_by(Escalation.since, Escalation.id)
    .limit(MOST)
)


def list_for(*, session: Session, person_id: UUID) -> Sequence[AnyRow]:
    """List what is told to a person now, the oldest first; of a journal told at two steps, each."""
    return session.execute(TOLD, {"people": [person_id]}).all()


def path_of(one: Any) -> str:
    """Give the page on which it is put right, or looked at."""
    return (OWN_PATH if one.step == "teacher" else BOARD_PATH).format(one.journal_id)


def record(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep the present state of an escalation."""
    values = {
        "id": UUID(data["escalation_id"]),
        "journal_id": UUID(data["journal_id"]),
        "people": [UUID(person) for person in data["people"]],
        "since": date.fromisoformat(data["since"]),
        "raised_at": datetime.fromisoformat(data["raised_at"]),
        "closed_at": datetime.fromisoformat(data["closed_at"]) if data["closed_at"] else None,
        **{name: data[name] for name in ("step", "discipline_title", "group_code", "columns", "missing")},
    }
    session.execute(
        insert(Escalation).values(values).on_conflict_do_update(index_elements=[Escalation.id], set_=values)
    )
