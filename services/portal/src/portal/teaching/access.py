"""Where a person may see assignments, as an SQL clause (permission `portal.teaching.read`)."""

from sqlalchemy import ColumnElement

from chassis.context import Context
from portal.curricula.model import Discipline
from portal.groups.model import StudyGroup
from portal.teaching.service import taught_by


def assignments(ctx: Context) -> ColumnElement[bool]:
    """Return which assignments the person may see."""
    return ctx.scopes.where(
        {
            "faculty": StudyGroup.faculty_code,
            "department": Discipline.department_code,
            "group": StudyGroup.code,
            "assigned": taught_by(ctx.identity.person_id),
        }
    )
