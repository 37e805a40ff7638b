"""Operations of imports: templates, dry run, application."""

from typing import Any
from uuid import UUID

from flask import Response

from chassis.context import Context
from chassis.routes import api
from portal.imports import service
from portal.imports.download import workbook
from portal.imports.model import ImportRun
from portal.imports.schemas import RunBrief, RunList, RunOut
from portal.sheets import say


def list_runs(ctx: Context) -> dict[str, Any]:
    """List the latest imports, newest first."""
    return {"imports": service.list_runs(session=ctx.session)}


def get_run(ctx: Context, id: UUID) -> dict[str, Any]:
    """Give an import with the reason why each bad row is not taken."""
    return dump(service.get_or_raise(session=ctx.session, id=id))


def get_template(ctx: Context, kind: str) -> Response:
    """Download the empty XLSX of a kind, with headings in the language of the request."""
    return workbook(service.kind_or_raise(name=kind), ctx.language)


def check_sheet(ctx: Context, kind: str) -> tuple[dict[str, Any], int]:
    """Upload an XLSX (multipart, field `file`) for a dry run; nothing is written but the run itself."""
    upload = ctx.upload("file", max_bytes=service.MAX_BYTES)
    run = service.check_sheet(
        session=ctx.session,
        kind=service.kind_or_raise(name=kind),
        filename=upload.filename,
        data=upload.bytes,
        by=ctx.identity.person_id,
        now=ctx.now,
    )
    return dump(run), 201


def apply_run(ctx: Context, id: UUID) -> dict[str, Any]:
    """Write the good rows of a dry run in one transaction; a second time does nothing."""
    run = service.apply_run(session=ctx.session, id=id, by=ctx.identity.person_id, now=ctx.now)
    return dump(run)


def dump(run: ImportRun) -> dict[str, Any]:
    """Give an import as the wire has it."""
    brief = {name: getattr(run, name) for name in RunBrief().fields}
    faults = [
        {"row": f.row, "name": f.name, "column": f.column, "code": f.code, "reason": say(f)}
        for f in service.faults_of(run)
    ]
    return {**brief, "faults": faults}


ROUTES = (
    api("GET", "/imports", list_runs, access="portal.import.create", answer=RunList),
    api("GET", "/imports/<uuid:id>", get_run, access="portal.import.create", answer=RunOut),
    api("GET", "/imports/templates/<kind>", get_template, access="portal.import.create"),
    api("POST", "/imports/<kind>", check_sheet, access="portal.import.create", answer=RunOut, status=201),
    api("POST", "/imports/<uuid:id>/apply", apply_run, access="portal.import.create", answer=RunOut),
)
