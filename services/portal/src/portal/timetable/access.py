"""Where a person may read timetables, as SQL clauses (the permission of the route, `portal.timetable.read`)."""

from sqlalchemy import ColumnElement, select

from chassis.context import Context
from portal.groups.model import Person, StudyGroup
from portal.teaching.model import Assignment, AssignmentTeacher
from portal.timetable.model import Lesson


def groups(ctx: Context) -> ColumnElement[bool]:
    """Return which groups' weeks the person may read."""
    me = ctx.identity.person_id
    mine = select(Person.group_code).where(Person.id == me, Person.kind == "learner")
    taught = (
        select(Assignment.group_id)
        .join(AssignmentTeacher, AssignmentTeacher.assignment_id == Assignment.id)
        .where(AssignmentTeacher.person_id == me, Assignment.status == "active")
    )
    scopes = ctx.can("portal.timetable.read")
    return scopes.where(
        {
            "faculty": StudyGroup.faculty_code,
            "group": StudyGroup.code,
            "assigned": StudyGroup.id.in_(taught),
            "self": StudyGroup.code.in_(mine),
        }
    )


def lessons(ctx: Context) -> ColumnElement[bool]:
    """Return which lessons the person may read: own ones, and those of groups within the scopes."""
    allowed = select(StudyGroup.id).where(groups(ctx))
    return (Lesson.teacher_id == ctx.identity.person_id) | Lesson.group_id.in_(allowed)
