"""Operations of disciplines and working curricula."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from portal.curricula import service
from portal.curricula.model import CurriculumRow, Discipline
from portal.curricula.schemas import (
    DisciplineChange,
    DisciplineIn,
    DisciplineList,
    DisciplineOut,
    RowChange,
    RowIn,
    RowList,
    RowOut,
    RowQuery,
)

READ, WRITE = "portal.curriculum.read", "portal.curriculum.write"


def list_disciplines(ctx: Context) -> dict[str, Any]:
    """List the disciplines within the person's scopes."""
    where = ctx.scopes.where({"department": Discipline.department_code})
    return {"disciplines": service.list_disciplines(session=ctx.session, where=where)}


def create_discipline(ctx: Context) -> Discipline:
    """Add a discipline."""
    return service.create_discipline(session=ctx.session, data=ctx.body)


def change_discipline(ctx: Context, id: UUID) -> Discipline:
    """Change a discipline's title or department."""
    version = ctx.body.pop("version")
    return service.change_discipline(session=ctx.session, id=id, version=version, data=ctx.body)


def list_rows(ctx: Context) -> dict[str, Any]:
    """List the rows of a period within the person's scopes."""
    where = ctx.scopes.where({"department": Discipline.department_code})
    return {"rows": service.list_rows(session=ctx.session, period_id=ctx.query["period_id"], where=where)}


def create_row(ctx: Context) -> CurriculumRow:
    """Add a row to the working curriculum of a group, or of a programme and year of study."""
    return service.create_row(session=ctx.session, data=ctx.body)


def change_row(ctx: Context, id: UUID) -> CurriculumRow:
    """Change credits, control or hours of a row."""
    version = ctx.body.pop("version")
    return service.change_row(session=ctx.session, id=id, version=version, data=ctx.body)


def remove_row(ctx: Context, id: UUID) -> None:
    """Remove a row from the working curriculum."""
    service.remove_row(session=ctx.session, id=id)


ROUTES = (
    api("GET", "/disciplines", list_disciplines, access=READ, answer=DisciplineList),
    api(
        "POST",
        "/disciplines",
        create_discipline,
        access=WRITE,
        body=DisciplineIn,
        answer=DisciplineOut,
        status=201,
    ),
    api(
        "PUT",
        "/disciplines/<uuid:id>",
        change_discipline,
        access=WRITE,
        body=DisciplineChange,
        answer=DisciplineOut,
    ),
    api("GET", "/curriculum-rows", list_rows, access=READ, query=RowQuery, answer=RowList),
    api("POST", "/curriculum-rows", create_row, access=WRITE, body=RowIn, answer=RowOut, status=201),
    api("PUT", "/curriculum-rows/<uuid:id>", change_row, access=WRITE, body=RowChange, answer=RowOut),
    api("DELETE", "/curriculum-rows/<uuid:id>", remove_row, access=WRITE, status=204),
)
