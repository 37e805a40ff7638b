"""Operations of teaching assignments."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from portal.schemas import VersionIn
from portal.teaching import access, service
from portal.teaching.model import Assignment
from portal.teaching.schemas import AssignmentIn, AssignmentList, AssignmentOut, AssignmentQuery, TeachersIn
from portal.timetable import service as timetable


def list_assignments(ctx: Context) -> dict[str, Any]:
    """List the assignments within the person's scopes."""
    rows = service.list_assignments(
        session=ctx.session, period_id=ctx.query["period_id"], where=access.assignments(ctx)
    )
    teachers = service.teachers_of(session=ctx.session, ids=[row.id for row in rows])
    return {"assignments": [{**row._asdict(), "teachers": teachers.get(row.id, [])} for row in rows]}


def assign(ctx: Context) -> Assignment:
    """Give a discipline to teachers in a group and period, with the figures of the working curriculum."""
    teachers = ctx.body.pop("teachers")
    return service.assign(session=ctx.session, data=ctx.body, teachers=teachers)


def change_teachers(ctx: Context, id: UUID) -> Assignment:
    """Give an assignment to other teachers; a withdrawn one becomes active again."""
    body = ctx.body
    return service.change_teachers(
        session=ctx.session, id=id, version=body["version"], teachers=body["teachers"]
    )


def withdraw(ctx: Context, id: UUID) -> Assignment:
    """Withdraw an assignment and take its lessons out of the timetable."""
    assignment = service.withdraw(session=ctx.session, id=id, version=ctx.body["version"])
    timetable.drop_lessons(session=ctx.session, assignment_id=id)
    return assignment


ROUTES = (
    api(
        "GET",
        "/assignments",
        list_assignments,
        access="portal.teaching.read",
        query=AssignmentQuery,
        answer=AssignmentList,
    ),
    api(
        "POST",
        "/assignments",
        assign,
        access="portal.teaching.write",
        body=AssignmentIn,
        answer=AssignmentOut,
        status=201,
    ),
    api(
        "PUT",
        "/assignments/<uuid:id>/teachers",
        change_teachers,
        access="portal.teaching.write",
        body=TeachersIn,
        answer=AssignmentOut,
    ),
    api(
        "POST",
        "/assignments/<uuid:id>/withdraw",
        withdraw,
        access="portal.teaching.write",
        body=VersionIn,
        answer=AssignmentOut,
    ),
)
