"""Use cases of groups and rosters: groups by hand and by sheet, lists from auth/people. Nothing here commits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.i18n import sort_key
from chassis.outbox import record
from chassis.problems import Conflict, NotFound
from portal.groups import rules
from portal.groups.model import Person, StudyGroup, Unit
from portal.sheets import Line, Plan, Rows, titles

FIELDS = ("code", "title", "faculty_code", "programme", "year_of_study", "language")
GROUP = (StudyGroup.id, *(getattr(StudyGroup, name) for name in FIELDS), StudyGroup.version)
_TABLE: Any = Person.__table__
PERSON = tuple(_TABLE.c)
ONE = select(*PERSON).where(Person.id == bindparam("person"))
OWN = frozenset({"id", "sort_key", "moved"})
"""What the portal keeps of a person by itself."""
TOLD = tuple(column.name for column in PERSON if column.name not in OWN)
_NEW = insert(_TABLE)
KEEP_PERSON = _NEW.on_conflict_do_update(
    index_elements=["id"], set_={name: _NEW.excluded[name] for name in (*TOLD, "sort_key")}
)


def list_groups(
    *, session: Session, where: ColumnElement[bool] | None = None, text: str = ""
) -> Sequence[AnyRow]:
    """Return groups a person may see with the number of their learners, in alphabetic order."""
    listed = (
        select(Person.group_code, func.count().label("learners"))
        .where(Person.kind == "learner", Person.status != "left", Person.group_code.is_not(None))
        .group_by(Person.group_code)
        .subquery()
    )
    query = (
        select(*GROUP, func.coalesce(listed.c.learners, 0).label("learners"))
        .outerjoin(listed, listed.c.group_code == StudyGroup.code)
        .where(true() if where is None else where)
        .order_by(StudyGroup.sort_key)
    )
    if text:
        query = query.where(StudyGroup.code.icontains(text, autoescape=True))
    return session.execute(query).all()


def get_group(*, session: Session, id: UUID, where: ColumnElement[bool] | None = None) -> AnyRow:
    """Return a group a person may see.

    Raises:
        NotFound: no such group, or it is outside the scope.
    """
    row = session.execute(
        select(*GROUP).where(StudyGroup.id == id, true() if where is None else where)
    ).first()
    if row is None:
        raise NotFound
    return row


def groups_by_code(*, session: Session) -> dict[str, AnyRow]:
    """Return every group by its code, for sheets."""
    return {row.code: row for row in session.execute(select(*GROUP))}


def list_roster(*, session: Session, code: str) -> Sequence[AnyRow]:
    """Return the learners of a group in the order of its list."""
    query = (
        select(*PERSON)
        .where(Person.group_code == code, Person.kind == "learner", Person.status != "left")
        .order_by(Person.sort_key, Person.id)
    )
    return session.execute(query).all()


def find_person(*, session: Session, id: UUID) -> AnyRow | None:
    """Return what is known of a person, or None while auth/people has not told."""
    return session.execute(ONE, {"person": id}).first()


def kind_of(*, session: Session, id: UUID) -> str | None:
    """Return the kind of a person (learner, teacher, staff), or None while auth/people has not told."""
    return session.scalar(select(Person.kind).where(Person.id == id))


def list_teachers(*, session: Session) -> Sequence[AnyRow]:
    """Return teachers who work at the academy, in alphabetic order."""
    query = select(*PERSON).where(Person.kind == "teacher", Person.status != "left").order_by(Person.sort_key)
    return session.execute(query).all()


def people_by_number(*, session: Session, numbers: Collection[str]) -> dict[str, AnyRow]:
    """Return people by personal number, for sheets; somebody who has not left comes before a namesake of number."""
    query = select(*PERSON).where(Person.number.in_(numbers)).order_by(Person.status == "active")
    return {row.number: row for row in session.execute(query)}


def names_of(*, session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the short names of people who are known."""
    query = select(Person.id, Person.family_name, Person.given_name, Person.patronymic).where(
        Person.id.in_(set(ids))
    )
    return {row.id: rules.short_name(row._asdict()) for row in session.execute(query)}


def unit_titles(*, session: Session, kind: str) -> dict[str, dict[str, str]]:
    """Return the titles of faculties or departments by code."""
    return {
        row.code: row.title for row in session.execute(select(Unit.code, Unit.title).where(Unit.kind == kind))
    }


def create_group(*, session: Session, data: dict[str, Any]) -> StudyGroup:
    """Add a group and publish it with the learners who already carry its code.

    Raises:
        Conflict: the code is taken.
    """
    if session.scalar(select(StudyGroup.id).where(StudyGroup.code == data["code"])):
        raise Conflict(_("The group %(code)s is already there", code=data["code"]))
    group = StudyGroup(**data, sort_key=sort_key(data["code"]))
    session.add(group)
    session.flush()
    publish(session=session, group=group)
    return group


def change_group(*, session: Session, id: UUID, version: int, data: dict[str, Any]) -> StudyGroup:
    """Change a group; its code stays, because people are enrolled by it.

    Raises:
        NotFound: no such group.
        Conflict: somebody changed it meanwhile.
    """
    group = session.get(StudyGroup, id, with_for_update=ROW_LOCK)
    if group is None:
        raise NotFound
    check_version(group, version)
    for key, value in data.items():
        setattr(group, key, value)
    session.flush()
    publish(session=session, group=group)
    return group


def publish(*, session: Session, group: StudyGroup) -> None:
    """Record the whole present state of a group: who is on its list, in which order."""
    people = [row._asdict() for row in list_roster(session=session, code=group.code)]
    data = {name: getattr(group, name) for name in FIELDS if name != "programme"}
    record(
        session,
        "portal.group.recorded.v1",
        feed="portal/teaching",
        subject=str(group.id),
        data={"group_id": str(group.id), **data, "roster": rules.roster(people)},
    )


def record_people(*, session: Session, people: Iterable[Mapping[str, Any]]) -> None:
    """Keep people as auth/people tells, of each what was told last, and publish the lists this changes."""
    told = {UUID(data["person_id"]): data for data in people}
    query = select(*PERSON).where(Person.id.in_(told))
    before = {row.id: row._asdict() for row in session.execute(query)}
    rows, touched = [], set()
    for person_id, data in told.items():
        values = {name: data.get(name) for name in TOLD}
        values |= {"id": person_id, "sort_key": sort_key(rules.full_name(values))}
        known = before.get(person_id)
        if known and known["moved"]:
            values["group_code"] = known["group_code"]
        rows.append(values)
        touched |= rules.touched_groups(known, values)
    session.execute(KEEP_PERSON, rows)
    _publish_lists(session, touched)


def place(*, session: Session, person_id: UUID, code: str | None) -> None:
    """Put a learner on the list of a group, or on none, by an order; publish the lists this changes."""
    person = session.get_one(Person, person_id, with_for_update=ROW_LOCK, populate_existing=True)
    before = {column.name: getattr(person, column.name) for column in PERSON}
    person.group_code, person.moved = code, True
    session.flush()
    _publish_lists(session, rules.touched_groups(before, {**before, "group_code": code}))


def _publish_lists(session: Session, codes: Collection[str]) -> None:
    for code in sorted(codes):
        if group := session.scalar(
            select(StudyGroup).where(StudyGroup.code == code).with_for_update(key_share=True)
        ):
            publish(session=session, group=group)


def record_unit(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep a unit as auth/people tells."""
    parent = data.get("parent_id")
    values = {"id": UUID(data["unit_id"]), "parent_id": UUID(parent) if parent else None}
    values |= {name: data[name] for name in ("code", "kind", "title")}
    session.execute(insert(Unit).values(values).on_conflict_do_update(index_elements=[Unit.id], set_=values))


def plan_groups(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of groups would do. Faculties are checked as soon as auth/people has told of any."""
    plan, standing = Plan(), groups_by_code(session=session)
    faculties = unit_titles(session=session, kind="faculty")
    for at, row in rows:
        if faculties and row["faculty_code"] not in faculties:
            plan.refuse(at, row["code"], "faculty_code", "unknown-faculty", value=row["faculty_code"])
            continue
        values = {
            "code": row["code"],
            "title": titles(row),
            "faculty_code": row["faculty_code"],
            "programme": row["programme"] or None,
            "year_of_study": int(row["year_of_study"]),
            "language": row["language"],
        }
        before = standing.get(row["code"])
        plan.take(at, before._asdict() if before else None, values)
    return plan


def apply_groups(*, session: Session, lines: Sequence[Line]) -> None:
    """Write groups of a sheet; a line that repeats what stands does nothing."""
    codes = [line.values["code"] for line in lines if line.action == "changed"]
    found = session.scalars(
        select(StudyGroup).where(StudyGroup.code.in_(codes)).with_for_update(key_share=True)
    )
    standing = {group.code: group for group in found}
    for line in lines:
        if line.action == "added":
            create_group(session=session, data=line.values)
        elif line.action == "changed":
            group = standing[line.values["code"]]
            change_group(session=session, id=group.id, version=group.version, data=line.values)
