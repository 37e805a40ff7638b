"""Pages of imports: history with upload, the dry run with its bad rows, templates."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized, ngettext
from chassis.problems import Conflict, Invalid, Problem
from chassis.routes import page
from chassis.workbooks import SheetRefused
from portal.imports import service
from portal.imports.download import workbook
from portal.imports.kinds import KINDS
from portal.sheets import say


def imports_page(ctx: Context) -> Any:
    """Show what can be imported, in the order an academy starts, and what was imported."""
    return _imports(ctx)


def upload(ctx: Context) -> Any:
    """Check an uploaded sheet and show what it would do."""
    kind = service.kind_or_raise(name=ctx.request.form.get("kind", ""))
    try:
        file = ctx.upload("file", max_bytes=service.MAX_BYTES)
        run = service.check_sheet(
            session=ctx.session,
            kind=kind,
            filename=file.filename,
            data=file.bytes,
            by=ctx.identity.person_id,
            now=ctx.now,
        )
    except (Invalid, SheetRefused) as refusal:
        return _imports(ctx, kind=kind.name, trouble=_reason(refusal)), refusal.status
    return ctx.redirect("imports.run_page", id=run.id)


def run_page(ctx: Context, id: UUID) -> Any:
    """Show what a sheet would do, or did: counts, and each bad row with its reason."""
    return _run(ctx, id)


def apply_run(ctx: Context, id: UUID) -> Any:
    """Write the good rows of a dry run."""
    try:
        run = service.apply_run(session=ctx.session, id=id, by=ctx.identity.person_id, now=ctx.now)
    except Conflict as refusal:
        ctx.session.rollback()
        return _run(ctx, id, trouble=f"{refusal.title}. {refusal.detail}"), refusal.status
    written = run.added + run.changed
    ctx.flash(ngettext("%(n)s row was applied", "%(n)s rows were applied", written), "ok")
    return ctx.redirect("imports.run_page", id=id)


def template(ctx: Context, kind: str) -> Any:
    """Download the empty XLSX of a kind."""
    return workbook(service.kind_or_raise(name=kind), ctx.language)


def _reason(refusal: Problem) -> str:
    errors = refusal.errors if isinstance(refusal, Invalid) else []
    return " ".join(str(error.text) for error in errors) or str(refusal.detail or refusal.title)


def _imports(ctx: Context, *, kind: str = "", trouble: str = "") -> Any:
    runs = service.list_runs(session=ctx.session)
    return ctx.render(
        "portal/imports/imports.html",
        kinds=list(KINDS.values()),
        runs=runs,
        people=service.people_of(session=ctx.session, runs=runs),
        chosen=kind or ctx.request.args.get("kind", ""),
        trouble=trouble,
        KINDS=KINDS,
    )


def _run(ctx: Context, id: UUID, *, trouble: str = "") -> Any:
    run = service.get_or_raise(session=ctx.session, id=id)
    kind = KINDS[run.kind]
    titles = {column.key: localized(column.titles) for column in kind.layout.columns}
    return ctx.render(
        "portal/imports/run.html",
        run=run,
        kind=kind,
        faults=[(fault, titles.get(fault.column, ""), say(fault)) for fault in service.faults_of(run)],
        people=service.people_of(session=ctx.session, runs=[run]),
        trouble=trouble,
        crumbs=[(_("Portal"), "/portal/"), (_("Imports"), "/portal/imports"), (str(kind.title), None)],
    )


ROUTES = (
    page("GET", "/imports", imports_page, access="portal.import.create"),
    page("POST", "/imports", upload, access="portal.import.create"),
    page("GET", "/imports/templates/<kind>", template, access="portal.import.create"),
    page("GET", "/imports/<uuid:id>", run_page, access="portal.import.create"),
    page("POST", "/imports/<uuid:id>/apply", apply_run, access="portal.import.create"),
)
