"""Operations of the timetable: weeks to read."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from chassis import clock
from chassis.context import Context
from chassis.problems import NotFound
from chassis.routes import SIGNED_IN, api
from portal.calendar.rules import week_of
from portal.groups import service as groups
from portal.timetable import access, service
from portal.timetable.model import Lesson
from portal.timetable.schemas import WeekOut, WeekQuery


def own_week(ctx: Context) -> dict[str, Any]:
    """Give the week of the signed-in person: lessons taught, or lessons of the own group."""
    return _week(ctx, service.of_person(id=ctx.identity.person_id))


def group_week(ctx: Context, id: UUID) -> dict[str, Any]:
    """Give the week of a group; a learner may read the own group's only."""
    group = groups.get_group(session=ctx.session, id=id, where=access.groups(ctx))
    return _week(ctx, Lesson.group_id == group.id)


def teacher_week(ctx: Context, id: UUID) -> dict[str, Any]:
    """Give the week of a teacher; within narrower scopes only the lessons with groups in them."""
    if groups.find_person(session=ctx.session, id=id) is None:
        raise NotFound
    return _week(ctx, access.lessons(ctx) & (Lesson.teacher_id == id))


def _week(ctx: Context, where: ColumnElement[bool]) -> dict[str, Any]:
    days = week_of(ctx.query.get("day") or clock.today())
    return {
        "first": days[0],
        "last": days[-1],
        "lessons": service.list_week(session=ctx.session, days=days, where=where),
    }


ROUTES = (
    api("GET", "/weeks/own", own_week, access=SIGNED_IN, query=WeekQuery, answer=WeekOut),
    api(
        "GET",
        "/weeks/groups/<uuid:id>",
        group_week,
        access="portal.timetable.read",
        query=WeekQuery,
        answer=WeekOut,
        programs=True,
    ),
    api(
        "GET",
        "/weeks/teachers/<uuid:id>",
        teacher_week,
        access="portal.timetable.read",
        query=WeekQuery,
        answer=WeekOut,
        programs=True,
    ),
)
