"""Operations of groups."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from portal.groups import access, service
from portal.groups.model import StudyGroup
from portal.groups.schemas import GroupChange, GroupIn, GroupList, GroupOut, RosterOut


def list_groups(ctx: Context) -> dict[str, Any]:
    """List the groups within the person's scopes, with the number of their learners."""
    return {"groups": service.list_groups(session=ctx.session, where=access.groups(ctx))}


def get_group(ctx: Context, id: UUID) -> dict[str, Any]:
    """Give a group with its list in order."""
    group = service.get_group(session=ctx.session, id=id, where=access.groups(ctx))
    return {**group._asdict(), "roster": service.list_roster(session=ctx.session, code=group.code)}


def create_group(ctx: Context) -> StudyGroup:
    """Add a group; learners who already carry its code stand on its list at once."""
    return service.create_group(session=ctx.session, data=ctx.body)


def change_group(ctx: Context, id: UUID) -> StudyGroup:
    """Change a group; its code stays."""
    version = ctx.body.pop("version")
    return service.change_group(session=ctx.session, id=id, version=version, data=ctx.body)


ROUTES = (
    api("GET", "/groups", list_groups, access="portal.group.read", answer=GroupList, programs=True),
    api("GET", "/groups/<uuid:id>", get_group, access="portal.group.read", answer=RosterOut, programs=True),
    api(
        "POST",
        "/groups",
        create_group,
        access="portal.group.write",
        body=GroupIn,
        answer=GroupOut,
        status=201,
    ),
    api(
        "PUT",
        "/groups/<uuid:id>",
        change_group,
        access="portal.group.write",
        body=GroupChange,
        answer=GroupOut,
    ),
)
