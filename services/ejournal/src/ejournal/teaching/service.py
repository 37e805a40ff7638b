"""Keep what other services published, as it came."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.i18n import sort_key
from ejournal.teaching.model import DISCIPLINE, GROUP, LESSON_LIST, PERIOD, PERSON, PLACEMENT, UNIT
from ejournal.teaching.rules import short_name

TOLD = ("family_name", "given_name", "patronymic", "kind", "status", "number")
_NEW = insert(PERSON)
KEEP_PERSON = _NEW.on_conflict_do_update(
    index_elements=["person_id"], set_={name: _NEW.excluded[name] for name in (*TOLD, "sort_key")}
)


def keep_people(session: Session, *, people: Iterable[Mapping[str, Any]]) -> None:
    """Keep people's present name, personal number and status: of each what was told last."""
    rows = {data["person_id"]: _person(data) for data in people}
    session.execute(KEEP_PERSON, list(rows.values()))


def _person(data: Mapping[str, Any]) -> dict[str, Any]:
    words = f"{data['family_name']} {data['given_name']} {data.get('patronymic') or ''}"
    told = {name: data.get(name) for name in TOLD}
    return {"person_id": UUID(data["person_id"]), **told, "sort_key": sort_key(words)}


def keep_unit(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep the title of a faculty or a department."""
    _keep(session, UNIT, _columns(UNIT, data))


def keep_group(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep a group with its present roster."""
    _keep(session, GROUP, _columns(GROUP, data) | {"group_id": UUID(data["group_id"])})


def keep_discipline(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep a discipline."""
    _keep(session, DISCIPLINE, _columns(DISCIPLINE, data) | {"discipline_id": UUID(data["discipline_id"])})


def keep_period(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep a period with its halves."""
    days = {name: date.fromisoformat(data[name]) for name in ("starts", "half_ends", "ends")}
    _keep(session, PERIOD, _columns(PERIOD, data) | {"period_id": UUID(data["period_id"])} | days)


def keep_lessons(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep all dated lessons of an assignment, also of one we have not heard of yet: feeds may overtake each other."""
    _keep(session, LESSON_LIST, _columns(LESSON_LIST, data) | {"assignment_id": UUID(data["assignment_id"])})


def keep_placements(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep where a learner stands by orders, from the beginning on."""
    person_id = UUID(data["person_id"])
    session.execute(delete(PLACEMENT).where(PLACEMENT.c.person_id == person_id))
    rows = [
        {
            "person_id": person_id,
            "position": position,
            "group_id": UUID(one["group_id"]) if one["group_id"] else None,
            "starts": date.fromisoformat(one["starts"]) if one["starts"] else None,
            "order_number": one["order_number"],
        }
        for position, one in enumerate(data["placements"])
    ]
    session.execute(insert(PLACEMENT), rows)


def placements(
    session: Session, *, people: Collection[UUID], group_id: UUID | None = None
) -> dict[UUID, list[dict[str, Any]]]:
    """Give where moved learners stand, in order of days: of some people, and of all who were ever in a group."""
    whose: ColumnElement[bool] = PLACEMENT.c.person_id.in_(list(people))
    if group_id is not None:
        members = select(PLACEMENT.c.person_id).where(PLACEMENT.c.group_id == group_id)
        whose = or_(whose, PLACEMENT.c.person_id.in_(members))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    query = select(PLACEMENT).where(whose).order_by(PLACEMENT.c.person_id, PLACEMENT.c.position)
    for row in session.execute(query):
        found[row.person_id].append(
            {
                "group_id": str(row.group_id) if row.group_id else None,
                "starts": row.starts.isoformat() if row.starts else None,
                "order_number": row.order_number,
            }
        )
    return dict(found)


def find_roster(session: Session, *, group_id: UUID) -> list[dict[str, Any]] | None:
    """Find the present list of a group; None while the group is not known."""
    found: list[dict[str, Any]] | None = session.scalar(
        select(GROUP.c.roster).where(GROUP.c.group_id == group_id)
    )
    return found


def find_periods(session: Session, *, ids: Collection[UUID]) -> dict[UUID, RowMapping]:
    """Find the known periods among some."""
    rows = session.execute(select(PERIOD).where(PERIOD.c.period_id.in_(ids))).mappings()
    return {row["period_id"]: row for row in rows}


def find_name(session: Session, *, person_id: UUID) -> str:
    """Find the short name of a colleague; empty when auth has not published the person yet."""
    row = session.execute(
        select(PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic).where(
            PERSON.c.person_id == person_id
        )
    ).one_or_none()
    return short_name(*row) if row else ""


def names(session: Session, *, ids: Collection[UUID]) -> dict[str, str]:
    """Give the short names of people by their ids."""
    query = select(PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic).where(
        PERSON.c.person_id.in_(ids)
    )
    return {str(person): short_name(*name) for person, *name in session.execute(query)}


def _columns(table: Table, data: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: data[column.name] for column in table.columns}


def _keep(session: Session, table: Table, values: dict[str, Any]) -> None:
    statement = insert(table).values(values)
    keys = [column.name for column in table.primary_key]
    state = {name: statement.excluded[name] for name in values if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=state))
