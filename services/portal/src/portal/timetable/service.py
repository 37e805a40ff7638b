"""Use cases of the timetable (clause 6.2): import as dated lessons, and weeks to read. Nothing here commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import ACADEMY
from chassis.db import AnyRow
from chassis.outbox import record
from portal.calendar import rules as calendar_rules
from portal.calendar import service as calendar
from portal.curricula import service as curricula
from portal.curricula.model import Discipline
from portal.groups import rules as groups_rules
from portal.groups import service as groups
from portal.groups.model import Person, StudyGroup
from portal.sheets import Line, Plan, Rows
from portal.teaching.model import Assignment
from portal.teaching.service import teachers_of
from portal.timetable import rules
from portal.timetable.model import Lesson
from portal.timetable.problems import DoubleBooking

LESSON = (
    Lesson.id,
    Lesson.assignment_id,
    Lesson.group_id,
    Lesson.teacher_id,
    Lesson.day,
    Lesson.pair,
    func.lower(Lesson.during).label("starts"),
    func.upper(Lesson.during).label("ends"),
    Lesson.kind,
    Lesson.room,
    Lesson.half,
)


def list_week(*, session: Session, days: Sequence[date], where: ColumnElement[bool]) -> Sequence[AnyRow]:
    """Return the lessons of some days with the words a page needs, in order of time: one Core select."""
    return session.execute(_week(where), {"first": days[0], "last": days[-1]}).all()


def list_own_week(*, session: Session, days: Sequence[date], person_id: UUID) -> Sequence[AnyRow]:
    """Return a person's own lessons of some days, as `list_week` does."""
    asked = {"first": days[0], "last": days[-1], "person": person_id}
    return session.execute(_own_week(), asked).all()


@cache
def _own_week() -> Select[Any]:
    """Write the question down once: many ask it, and every time it costs as much as asking."""
    return _week(of_person(id=bindparam("person")))


def _week(where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            *LESSON,
            Lesson.stream,
            Discipline.title.label("discipline_title"),
            StudyGroup.code.label("group_code"),
            Person.family_name,
            Person.given_name,
            Person.patronymic,
        )
        .join(Assignment, Assignment.id == Lesson.assignment_id)
        .join(Discipline, Discipline.id == Assignment.discipline_id)
        .join(StudyGroup, StudyGroup.id == Lesson.group_id)
        .outerjoin(Person, Person.id == Lesson.teacher_id)
        .where(Lesson.day.between(bindparam("first"), bindparam("last")), where)
        .order_by(Lesson.day, Lesson.pair, StudyGroup.sort_key)
    )


def of_person(*, id: UUID | BindParameter[Any]) -> ColumnElement[bool]:
    """Return the SQL clause "this person's lessons": taught by the person, or held for the person's group."""
    group = (
        select(StudyGroup.id)
        .join(Person, Person.group_code == StudyGroup.code)
        .where(Person.id == id, Person.kind == "learner", Person.status != "left")
        .correlate(None)
        .scalar_subquery()
    )
    return or_(Lesson.teacher_id == id, Lesson.group_id == group)


@dataclass(frozen=True, slots=True)
class Known:
    """What a timetable sheet refers to, read once."""

    disciplines: Mapping[str, AnyRow]
    groups: Mapping[str, AnyRow]
    periods: Mapping[str, AnyRow]
    people: Mapping[str, AnyRow]
    assignments: Mapping[tuple[UUID, UUID, UUID], UUID]
    teachers: Mapping[UUID, Sequence[UUID]]
    days_off: frozenset[date]


def plan_timetable(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of a weekly timetable would do; each assignment named in it gets its lessons anew.

    Double bookings are named in words, among the lines of the sheet and with lessons that stay. A line of the plan is one
    assignment with all its bookings, at the first of its rows.
    """
    plan, known = Plan(), _read_known(session, rows)
    bookings: dict[int, list[rules.Booking]] = {}
    names: dict[int, str] = {}
    for at, row in rows:
        names[at] = f"{row['group_code']} · {row['discipline_code']}"
        found = _read_line(plan, at, row, known)
        if found:
            bookings[at] = found
    _refuse_clashes(session, plan, bookings, names, known)
    by_assignment: dict[UUID, list[rules.Booking]] = defaultdict(list)
    for at in sorted(bookings):
        for booking in bookings[at]:
            by_assignment[booking.assignment_id].append(booking)
    standing = _standing(session, by_assignment)
    for assignment_id, lessons in by_assignment.items():
        values = _lesson_rows(lessons, known)
        plan.take(
            lessons[0].line, standing.get(assignment_id), {"assignment_id": assignment_id, "lessons": values}
        )
    return plan


def apply_timetable(*, session: Session, lines: Sequence[Line]) -> None:
    """Write dated lessons of a sheet, and record each changed assignment with all its lessons.

    Raises:
        DoubleBooking: somebody else's lessons arrived meanwhile; the database refused two bookings of one resource.
    """
    changed = [line.values for line in lines if line.action != "same"]
    ids = [values["assignment_id"] for values in changed]
    session.execute(delete(Lesson).where(Lesson.assignment_id.in_(ids)))
    written = [lesson for values in changed for lesson in values["lessons"]]
    try:
        if written:
            session.execute(insert(Lesson), written)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as error:
        raise DoubleBooking.of(error) from error
    for values in changed:
        _publish(session, values["assignment_id"], values["lessons"])


def drop_lessons(*, session: Session, assignment_id: UUID) -> None:
    """Take the lessons of a withdrawn assignment out of the timetable."""
    gone = session.execute(
        delete(Lesson).where(Lesson.assignment_id == assignment_id).returning(Lesson.id)
    ).all()
    if gone:
        _publish(session, assignment_id, [])


def _read_known(session: Session, rows: Rows) -> Known:
    query = select(Assignment.id, Assignment.discipline_id, Assignment.group_id, Assignment.period_id)
    found = session.execute(query.where(Assignment.status == "active")).all()
    return Known(
        disciplines=curricula.disciplines_by_code(session=session),
        groups=groups.groups_by_code(session=session),
        periods=calendar.periods_by_code(session=session),
        people=groups.people_by_number(session=session, numbers=[row["number"] for _at, row in rows]),
        assignments={(row.discipline_id, row.group_id, row.period_id): row.id for row in found},
        teachers=teachers_of(session=session, ids=[row.id for row in found]),
        days_off=frozenset(row.day for row in calendar.list_days_off(session=session)),
    )


def _read_line(plan: Plan, at: int, row: Mapping[str, str], known: Known) -> list[rules.Booking]:
    name, before = f"{row['group_code']} · {row['discipline_code']}", len(plan.faults)
    weeks = _refuse_unknown(plan, at, row, known)
    if len(plan.faults) > before or weeks is None:
        return []
    group, period = known.groups[row["group_code"]], known.periods[row["period_code"]]
    discipline = known.disciplines[row["discipline_code"]]
    assignment = known.assignments.get((discipline.id, group.id, period.id))
    if assignment is None:
        plan.refuse(at, name, "discipline_code", "not-assigned", group=group.code)
        return []
    teacher, fault = _teacher(row, known, assignment)
    if fault:
        plan.refuse(at, name, "number", "teacher-not-assigned", person=fault)
    if int(row["pair"]) > len(period.bells):
        plan.refuse(at, name, "pair", "no-bell", value=row["pair"])
    days = rules.expand(calendar.term_of(period), int(row["weekday"]), weeks, known.days_off)
    if not days:
        plan.refuse(at, name, "weeks", "no-lessons")
    if len(plan.faults) > before:
        return []
    fixed = (int(row["pair"]), row["kind"], teacher, row["room"] or None)
    return [rules.Booking(at, assignment, discipline.id, group.id, day, *fixed) for day in days]


def _refuse_unknown(plan: Plan, at: int, row: Mapping[str, str], known: Known) -> rules.Weeks | None:
    """Refuse codes nobody knows and unreadable patterns; return the pattern of weeks."""
    name = f"{row['group_code']} · {row['discipline_code']}"
    tables = {"discipline": known.disciplines, "group": known.groups, "period": known.periods}
    for what, table in tables.items():
        if row[f"{what}_code"] not in table:
            plan.refuse(at, name, f"{what}_code", f"unknown-{what}", value=row[f"{what}_code"])
    if row["number"] and row["number"] not in known.people:
        plan.refuse(at, name, "number", "unknown-person", value=row["number"])
    weeks = rules.parse_weeks(row["weeks"])
    if weeks is None:
        plan.refuse(at, name, "weeks", "bad-weeks", value=row["weeks"])
    return weeks


def _teacher(row: Mapping[str, str], known: Known, assignment: UUID) -> tuple[UUID | None, str]:
    """Return the teacher of a line (the responsible one if none is named), and the name of one who may not."""
    teachers = known.teachers.get(assignment, ())
    if not row["number"]:
        return (teachers[0] if teachers else None), ""
    person = known.people[row["number"]]
    return person.id, "" if person.id in teachers else groups_rules.short_name(person._asdict())


def _refuse_clashes(
    session: Session,
    plan: Plan,
    bookings: dict[int, list[rules.Booking]],
    names: Mapping[int, str],
    known: Known,
) -> None:
    newcomers = [booking for found in bookings.values() for booking in found]
    kept = _kept(session, newcomers)
    clashes = rules.clashes(newcomers, kept)
    codes = {row.id: row.code for row in known.groups.values()}
    titles = {row.id: row.title for row in known.disciplines.values()}
    people = groups.names_of(
        session=session, ids={c.booking.teacher_id for c in clashes if c.booking.teacher_id}
    )
    for clash in clashes:
        ours, theirs = clash.booking, clash.other
        what = {"group": codes[ours.group_id], "room": ours.room, "teacher": people.get(ours.teacher_id, "")}  # type: ignore[arg-type]
        plan.refuse(
            ours.line,
            names[ours.line],
            {"teacher": "number", "room": "room", "group": "group_code"}[clash.resource],
            f"busy-{clash.resource}",
            what=what[clash.resource],
            day=ours.day.isoformat(),
            pair=ours.pair,
            discipline=titles[theirs.discipline_id],
            group=codes[theirs.group_id],
        )
        bookings.pop(ours.line, None)


def _kept(session: Session, newcomers: Sequence[rules.Booking]) -> Iterable[rules.Booking]:
    """Return the lessons that stay: in the sheet's dates, of assignments the sheet does not name."""
    if not newcomers:
        return []
    days = [booking.day for booking in newcomers]
    query = (
        select(*LESSON, Assignment.discipline_id)
        .join(Assignment, Assignment.id == Lesson.assignment_id)
        .where(
            Lesson.day.between(min(days), max(days)),
            Lesson.assignment_id.not_in({booking.assignment_id for booking in newcomers}),
        )
    )
    return [
        rules.Booking(
            0,
            row.assignment_id,
            row.discipline_id,
            row.group_id,
            row.day,
            row.pair,
            row.kind,
            row.teacher_id,
            row.room,
        )
        for row in session.execute(query)
    ]


def _lesson_rows(lessons: Iterable[rules.Booking], known: Known) -> list[dict[str, Any]]:
    by_id = {row.id: row for row in known.periods.values()}
    period_of = {assignment: by_id[key[2]] for key, assignment in known.assignments.items()}
    return sorted((_values(one, period_of[one.assignment_id]) for one in lessons), key=_moment)


def _values(booking: rules.Booking, period: AnyRow) -> dict[str, Any]:
    term = calendar.term_of(period)
    return {
        "id": booking.id,
        "assignment_id": booking.assignment_id,
        "group_id": booking.group_id,
        "teacher_id": booking.teacher_id,
        "day": booking.day,
        "pair": booking.pair,
        "during": Range(*calendar_rules.moments(period.bells, booking.day, booking.pair, ACADEMY)),
        "kind": booking.kind,
        "room": booking.room,
        "half": calendar_rules.half_of(term, booking.day),
        "stream": booking.stream,
    }


def _moment(lesson: Mapping[str, Any]) -> tuple[date, int]:
    return lesson["day"], lesson["pair"]


def _standing(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what stands of assignments, in the same form a plan has, for comparison."""
    columns = list(Lesson.__table__.c)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(select(*columns).where(Lesson.assignment_id.in_(ids))):
        found[row.assignment_id].append(dict(row._asdict()))
    return {one: {"assignment_id": one, "lessons": sorted(rows, key=_moment)} for one, rows in found.items()}


def _publish(session: Session, assignment_id: UUID, lessons: Iterable[Mapping[str, Any]]) -> None:
    record(
        session,
        "portal.lessons.recorded.v1",
        feed="portal/timetable",
        subject=str(assignment_id),
        data={"assignment_id": str(assignment_id), "lessons": [_wire(lesson) for lesson in lessons]},
    )


def _wire(lesson: Mapping[str, Any]) -> dict[str, Any]:
    during, teacher = lesson["during"], lesson["teacher_id"]
    return {
        "lesson_id": str(lesson["id"]),
        "date": lesson["day"].isoformat(),
        "pair": lesson["pair"],
        "starts": f"{during.lower.astimezone(ACADEMY):%H:%M}",
        "ends": f"{during.upper.astimezone(ACADEMY):%H:%M}",
        "kind": lesson["kind"],
        "room": lesson["room"],
        "teacher_id": str(teacher) if teacher else None,
        "half": lesson["half"],
    }
