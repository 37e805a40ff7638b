"""Where a person may see groups, as an SQL clause (permission `portal.group.read`)."""

from sqlalchemy import ColumnElement

from chassis.context import Context
from portal.groups.model import StudyGroup


def groups(ctx: Context) -> ColumnElement[bool]:
    """Return which groups the person may see."""
    return ctx.scopes.where({"faculty": StudyGroup.faculty_code, "group": StudyGroup.code})
