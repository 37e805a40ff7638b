"""Import of the timetable: dated lessons, double bookings in words, the database as the last guard (clause 6.2)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.db import unit_of_work
from portal.calendar import service as calendar
from portal.calendar.rules import week_of
from portal.imports import service as imports
from portal.sheets import Line
from portal.timetable import service
from portal.timetable.model import Lesson
from portal.timetable.problems import DoubleBooking
from portal.timetable.week import compose

LESSON = ["ҚІ-24-2", "KP 2204", "2026-1", "семинар", "T-1", "111", "бейсенбі", 3, "барлығы"]


def test_clause_6_2_a_sheet_becomes_dated_lessons_of_each_assignment(
    academy: Any, session: Session, feed_events: Callable[..., Any]
) -> None:
    events = feed_events("portal/timetable")
    assert len(events) == 3
    lessons = next(e.data["lessons"] for e in events if e.data["lessons"][0]["kind"] == "seminar")
    assert [lesson["date"] for lesson in lessons][:3] == ["2026-09-02", "2026-09-16", "2026-09-30"]
    assert {key: lessons[0][key] for key in ("pair", "starts", "ends", "room", "half")} == {
        "pair": 2,
        "starts": "10:40",
        "ends": "12:10",
        "room": "305",
        "half": 1,
    }
    assert {lesson["half"] for lesson in lessons} == {1, 2}
    assert lessons[0]["teacher_id"] == str(academy.other_teacher)


def test_one_lecture_for_two_groups_is_a_stream_and_one_block_of_the_teachers_week(
    academy: Any, session: Session
) -> None:
    days = week_of(date(2026, 11, 23))
    rows = service.list_week(session=session, days=days, where=Lesson.teacher_id == academy.teacher)
    assert [row.group_code for row in rows] == ["ҚІ-24-1", "ҚІ-24-2"]
    week = compose(rows, day=days[0], today=days[0])
    assert [block.groups for block in week.blocks] == [("ҚІ-24-1", "ҚІ-24-2")]
    assert week.blocks[0].times == "09:00–10:30"


def test_a_learner_and_a_teacher_see_their_own_lessons(academy: Any, session: Session) -> None:
    days = week_of(date(2026, 11, 23))
    for person, count in ((academy.learner, 2), (academy.other_learner, 1), (academy.other_teacher, 1)):
        where = service.of_person(id=person)
        assert len(service.list_week(session=session, days=days, where=where)) == count


def test_clause_6_2_double_bookings_are_named_in_words_before_anything_is_written(
    academy: Any, session: Session, check: Callable[..., Any]
) -> None:
    row = ["ҚІ-24-2", "KP 2204", "2026-1", "семинар", "T-1", "305", "сәрсенбі", 2, "3"]
    run = check(session, "timetable", [row])
    found = imports.faults_of(run)
    assert [(fault.code, fault.column) for fault in found] == [("busy-room", "room")]
    assert found[0].params["day"] == "2026-09-16"
    assert found[0].params["group"] == "ҚІ-24-1"


def test_a_sheet_replaces_the_lessons_of_its_assignments_only(
    academy: Any, engine: Engine, apply: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    with unit_of_work(engine) as session:
        run = apply(session, "timetable", [LESSON])
    assert (run.added, run.changed, run.bad) == (0, 1, 0)
    assert len(feed_events("portal/timetable")) == 4
    with unit_of_work(engine) as session:
        weekdays = session.execute(
            select(func.extract("isodow", Lesson.day), func.count()).group_by(text("1"))
        ).all()
    assert [int(day) for day, _n in sorted(weekdays)] == [1, 3, 4]


def test_days_off_are_left_out_of_the_next_import(
    academy: Any, session: Session, apply: Callable[..., Any]
) -> None:
    day = date(2026, 11, 26)
    calendar.set_day_off(session=session, day=day, title={"kk": "Демалыс", "ru": "Выходной"})
    apply(session, "timetable", [LESSON])
    assert not session.scalar(select(func.count()).where(Lesson.day == day))


def test_two_lessons_change_places_in_one_sheet(
    academy: Any, session: Session, apply: Callable[..., Any]
) -> None:
    from_to = [
        ["ҚІ-24-1", "KP 2204", "2026-1", "семинар", "T-1", "305", "сәрсенбі", 2, "тақ"],
        ["ҚІ-24-1", "KR 3301", "2026-1", "семинар", "T-2", "204", "дүйсенбі", 1, "тақ"],
        ["ҚІ-24-2", "KP 2204", "2026-1", "семинар", "T-1", "111", "жұма", 2, ""],
    ]
    run = apply(session, "timetable", from_to)
    assert (run.bad, run.changed) == (0, 3)


def lines_of(session: Session, check: Callable[..., Any], row: list[Any]) -> list[Line]:
    run = check(session, "timetable", [row])
    rows = [(at, dict(cells)) for at, cells in run.rows]
    return service.plan_timetable(session=session, rows=[(at, judged(cells)) for at, cells in rows]).lines


def judged(cells: dict[str, str]) -> dict[str, str]:
    from chassis.sheets import judge
    from portal.imports.kinds import KINDS

    good, _faults = judge([(2, cells)], KINDS["timetable"].layout)
    return good[0][1]


def test_the_database_refuses_what_two_people_plan_at_the_same_time(
    academy: Any, engine: Engine, check: Callable[..., Any], apply: Callable[..., Any]
) -> None:
    with unit_of_work(engine) as session:
        apply(session, "assignments", [["T-2", "KR 3301", "ҚІ-24-2", "2026-1"]])
        first = lines_of(
            session, check, ["ҚІ-24-1", "KR 3301", "2026-1", "семинар", "T-2", "111", "жұма", 4, ""]
        )
        second = lines_of(
            session, check, ["ҚІ-24-2", "KP 2204", "2026-1", "семинар", "T-1", "111", "жұма", 4, ""]
        )
    assert first
    assert second
    barrier = Barrier(2)

    def write(lines: list[Line]) -> str:
        barrier.wait()
        try:
            with unit_of_work(engine) as session:
                service.apply_timetable(session=session, lines=lines)
        except DoubleBooking as refusal:
            return str(refusal.extra["resource"])
        return "written"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(write, [first, second]))
    assert outcomes == ["room", "written"]


@pytest.mark.parametrize("resource", ["group_id", "teacher_id", "room"])
def test_clause_6_2_exclusion_constraints_are_the_last_guard(
    academy: Any, session: Session, resource: str
) -> None:
    lesson = session.scalars(select(Lesson).order_by(Lesson.day, Lesson.pair)).first()
    assert lesson
    values = {column.name: getattr(lesson, column.name) for column in Lesson.__table__.c}
    free = {"group_id": None, "teacher_id": None, "room": None} | {resource: values[resource]}
    from chassis.db import new_id

    other_group = session.scalar(select(Lesson.group_id).where(Lesson.group_id != lesson.group_id))
    free["group_id"] = free["group_id"] or other_group
    moved = {**values, **free, "id": new_id(), "stream": new_id(), "pair": 9}
    if resource != "group_id":
        session.execute(text("delete from lesson where group_id = :group"), {"group": other_group})
    session.execute(Lesson.__table__.insert().values(moved))
    with pytest.raises(IntegrityError) as caught:
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert DoubleBooking.of(caught.value).extra == {"resource": resource.removesuffix("_id")}
    session.rollback()


def test_lessons_of_a_withdrawn_assignment_go(
    academy: Any, engine: Engine, feed_events: Callable[..., Any]
) -> None:
    with unit_of_work(engine) as session:
        assignment = session.scalar(select(Lesson.assignment_id).where(Lesson.kind == "seminar"))
        assert assignment
        service.drop_lessons(session=session, assignment_id=assignment)
    last = feed_events("portal/timetable")[-1]
    assert last.data == {"assignment_id": str(assignment), "lessons": []}
