"""Use cases of teaching assignments: who teaches what to which group in which period. Nothing here commits.

An assignment is recorded as an event; the ejournal opens its journal from it without being called.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, delete, exists, insert, inspect, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.outbox import record
from chassis.problems import Conflict, FieldError, Invalid, NotFound
from portal.calendar import service as calendar
from portal.curricula import rules as curricula_rules
from portal.curricula import service as curricula
from portal.curricula.model import Discipline
from portal.groups import rules as groups_rules
from portal.groups import service as groups
from portal.groups.model import StudyGroup
from portal.sheets import Line, Plan, Rows
from portal.teaching import rules
from portal.teaching.model import Assignment, AssignmentTeacher

KEY = ("discipline_id", "group_id", "period_id")
FIELDS = (*KEY, "credits", "control", "hours", "status")
ASSIGNMENT = (Assignment.id, *(getattr(Assignment, name) for name in FIELDS), Assignment.version)
WORDS = (
    Discipline.code.label("discipline_code"),
    Discipline.title.label("discipline_title"),
    Discipline.department_code,
    StudyGroup.code.label("group_code"),
    StudyGroup.faculty_code,
)


def taught_by(person_id: UUID | BindParameter[Any]) -> ColumnElement[bool]:
    """Return the SQL clause "this person teaches it"."""
    return exists().where(
        AssignmentTeacher.assignment_id == Assignment.id, AssignmentTeacher.person_id == person_id
    )


def list_assignments(
    *, session: Session, period_id: UUID | None = None, where: ColumnElement[bool] | None = None
) -> Sequence[AnyRow]:
    """Return assignments a person may see, by group and discipline."""
    query = (
        select(*ASSIGNMENT, *WORDS)
        .join(Discipline, Discipline.id == Assignment.discipline_id)
        .join(StudyGroup, StudyGroup.id == Assignment.group_id)
        .where(true() if where is None else where)
        .order_by(StudyGroup.sort_key, Discipline.sort_key)
    )
    if period_id:
        query = query.where(Assignment.period_id == period_id)
    return session.execute(query).all()


def teachers_of(*, session: Session, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the teachers of assignments, the responsible one first."""
    query = select(AssignmentTeacher).where(AssignmentTeacher.assignment_id.in_(ids))
    found = defaultdict(list)
    columns = (AssignmentTeacher.assignment_id, AssignmentTeacher.person_id)
    for row in session.execute(query.with_only_columns(*columns).order_by(AssignmentTeacher.position)):
        found[row.assignment_id].append(row.person_id)
    return found


def get_or_raise(*, session: Session, id: UUID) -> Assignment:
    """Return an assignment to change.

    Raises:
        NotFound: no such assignment.
    """
    assignment = session.get(Assignment, id, with_for_update=ROW_LOCK)
    if assignment is None:
        raise NotFound
    return assignment


def assign(*, session: Session, data: dict[str, Any], teachers: Sequence[UUID]) -> Assignment:
    """Give a discipline to teachers in a group and period, with the figures of the working curriculum.

    Raises:
        Invalid: the discipline is not in the group's curriculum, or somebody cannot teach.
        Conflict: it is already assigned; change that assignment.
    """
    _check_teachers(session, teachers)
    group = groups.get_group(session=session, id=data["group_id"])
    rows = curricula.rows_by_subject(session=session).get((data["discipline_id"], data["period_id"]), [])
    row = curricula_rules.row_for(group._asdict(), rows)
    if row is None:
        text = _(
            "The working curriculum of the group %(group)s has no such discipline in this period",
            group=group.code,
        )
        raise Invalid(errors=[FieldError("/discipline_id", text)])
    clauses = [getattr(Assignment, name) == data[name] for name in KEY]
    if session.scalar(select(Assignment.id).where(*clauses)):
        raise Conflict(_("This discipline is already assigned in this group and period"))
    figures = {name: row[name] for name in ("credits", "control", "hours")}
    return write(
        session=session, assignment=Assignment(**data, **figures, status="active"), teachers=teachers
    )


def change_teachers(*, session: Session, id: UUID, version: int, teachers: Sequence[UUID]) -> Assignment:
    """Give an assignment to other teachers; a withdrawn one becomes active again.

    Raises:
        NotFound, Invalid: no such assignment; somebody cannot teach.
        Conflict: somebody changed it meanwhile.
    """
    assignment = get_or_raise(session=session, id=id)
    check_version(assignment, version)
    _check_teachers(session, teachers)
    assignment.status = rules.next_state(assignment.status, "assign") or assignment.status
    return write(session=session, assignment=assignment, teachers=teachers)


def withdraw(*, session: Session, id: UUID, version: int) -> Assignment:
    """Withdraw an assignment: nobody teaches it, its journal is closed for entries by the ejournal.

    Raises:
        NotFound: no such assignment.
        Conflict: it is withdrawn already, or somebody changed it meanwhile.
    """
    assignment = get_or_raise(session=session, id=id)
    check_version(assignment, version)
    state = rules.next_state(assignment.status, "withdraw")
    if state is None:
        raise Conflict(_("This assignment is already withdrawn"))
    assignment.status = state
    return write(session=session, assignment=assignment, teachers=())


def write(*, session: Session, assignment: Assignment, teachers: Sequence[UUID]) -> Assignment:
    """Write an assignment with its teachers and record its whole present state."""
    if inspect(assignment).persistent:
        flag_modified(assignment, "status")
    session.add(assignment)
    session.flush()
    session.execute(delete(AssignmentTeacher).where(AssignmentTeacher.assignment_id == assignment.id))
    rows = [
        {"assignment_id": assignment.id, "person_id": person, "position": place}
        for place, person in enumerate(teachers, 1)
    ]
    if rows:
        session.execute(insert(AssignmentTeacher), rows)
    _publish(session, assignment, teachers)
    return assignment


def plan_assignments(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of assignments would do. A row per teacher; rows of one subject make one assignment."""
    plan = Plan()
    people = groups.people_by_number(session=session, numbers=[row["number"] for _at, row in rows])
    known = {
        "discipline": curricula.disciplines_by_code(session=session),
        "group": groups.groups_by_code(session=session),
        "period": calendar.periods_by_code(session=session),
        "person": people,
    }
    curriculum = curricula.rows_by_subject(session=session)
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    first_rows: dict[tuple[Any, ...], int] = {}
    for at, row in rows:
        values = _read_line(plan, at, row, known, curriculum)
        if values is None:
            continue
        key = tuple(values[name] for name in KEY)
        first_rows.setdefault(key, at)
        teacher = values.pop("teacher")
        listed = merged.setdefault(key, {**values, "teachers": []})["teachers"]
        if teacher in listed:
            plan.refuse(at, row["number"], "number", "repeated-line", other=first_rows[key])
        else:
            listed.append(teacher)
    standing = _standing(session)
    for key, values in merged.items():
        plan.take(first_rows[key], standing.get(key), values)
    return plan


def apply_assignments(*, session: Session, lines: Sequence[Line]) -> None:
    """Write assignments of a sheet; an assignment that repeats what stands records nothing."""
    standing = _standing(session)
    for line in lines:
        if line.action == "same":
            continue
        values = {name: line.values[name] for name in FIELDS}
        before = standing.get(tuple(values[name] for name in KEY))
        assignment = get_or_raise(session=session, id=before["id"]) if before else Assignment()
        for name, value in values.items():
            setattr(assignment, name, value)
        write(session=session, assignment=assignment, teachers=line.values["teachers"])


def _standing(session: Session) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = session.execute(select(*ASSIGNMENT)).all()
    teachers = teachers_of(session=session, ids=[row.id for row in rows])
    return {
        tuple(row._asdict()[name] for name in KEY): {**row._asdict(), "teachers": teachers.get(row.id, [])}
        for row in rows
    }


def _read_line(
    plan: Plan,
    at: int,
    row: Mapping[str, str],
    known: Mapping[str, Mapping[str, AnyRow]],
    curriculum: Mapping[tuple[UUID, UUID], list[Mapping[str, Any]]],
) -> dict[str, Any] | None:
    missing = False
    columns = {
        "discipline": "discipline_code",
        "group": "group_code",
        "period": "period_code",
        "person": "number",
    }
    for what, column in columns.items():
        if row[column] not in known[what]:
            plan.refuse(at, row["number"], column, f"unknown-{what}", value=row[column])
            missing = True
    if missing:
        return None
    person, group = known["person"][row["number"]], known["group"][row["group_code"]]
    name = groups_rules.short_name(person._asdict())
    if fault := rules.teacher_fault(person._asdict()):
        plan.refuse(at, name, "number", fault, person=name, value=row["number"])
        return None
    subject = (known["discipline"][row["discipline_code"]].id, known["period"][row["period_code"]].id)
    figures = curricula_rules.row_for(group._asdict(), curriculum.get(subject, []))
    if figures is None:
        plan.refuse(at, name, "discipline_code", "no-curriculum-row", group=group.code)
        return None
    values = {"discipline_id": subject[0], "group_id": group.id, "period_id": subject[1], "status": "active"}
    return values | {n: figures[n] for n in ("credits", "control", "hours")} | {"teacher": person.id}


def _check_teachers(session: Session, teachers: Sequence[UUID]) -> None:
    for place, who in enumerate(teachers):
        person = groups.find_person(session=session, id=who)
        if person is None or rules.teacher_fault(person._asdict()):
            raise Invalid(
                errors=[FieldError(f"/teachers/{place}", _("This person does not teach at the academy"))]
            )


def _publish(session: Session, assignment: Assignment, teachers: Sequence[UUID]) -> None:
    ids = {name: str(getattr(assignment, name)) for name in KEY}
    figures = {name: getattr(assignment, name) for name in ("credits", "control", "hours", "status")}
    record(
        session,
        "portal.teaching.assigned.v1",
        feed="portal/teaching",
        subject=str(assignment.id),
        subject_version=assignment.version,
        data={
            "assignment_id": str(assignment.id),
            **ids,
            **figures,
            "teachers": [str(one) for one in teachers],
        },
    )
