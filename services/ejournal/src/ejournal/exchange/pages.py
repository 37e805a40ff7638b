"""Pages of one journal as a file: taken away, filled elsewhere, brought back, looked at, applied and undone."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from chassis import exports
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from ejournal.exchange import export, reading, service, showing, wording
from ejournal.exchange.layout import journal_layout
from ejournal.exchange.schemas import VersionIn
from ejournal.forms import refuse
from ejournal.journal import access, grid
from ejournal.journal import service as journals

READ, WRITE = "ejournal.journal.read", "ejournal.cell.write"


def files_page(ctx: Context, id: UUID) -> Any:
    """Show how a journal is taken away as a file and brought back."""
    return _files(ctx, id, Form.of({}))


def _files(ctx: Context, id: UUID, form: Form) -> Any:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(
            ctx.session, journal_id=id, reader=access.reader(ctx), writer=ctx.can(WRITE)
        )
    imports = service.list_(ctx.session, journal_id=id) if head.writable else []
    return ctx.render(
        "ejournal/exchange/files.html",
        head=head,
        form=form,
        imports=imports,
        states=wording.STATES,
        crumbs=_crumbs(head, [(_("Files"), None)]),
    )


def _crumbs(head: Any, more: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    return [(_("Journals"), "/journal/"), (grid.title(head), f"/journal/journals/{head.id}"), *more]


def export_journal(ctx: Context, id: UUID, kind: str) -> Response:
    """Give a journal as XLSX or CSV to keep or to fill in, or as JSON with everything exact."""
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        if kind == "json":
            answer = jsonify(export.as_json(ctx.session, journal_id=id, reader=reader))
            answer.headers["Content-Disposition"] = f'attachment; filename="journal-{id}.json"'
            return answer
        made = export.make(ctx.session, journal_id=id, reader=reader, language=ctx.language)
    return exports.response(kind, f"journal-{made.id}", made.heads, made.rows)


def examine_file(ctx: Context, id: UUID) -> Any:
    """Judge a filled file and show what would change; no mark is written."""
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=reader)
    try:
        file = showing.receive(ctx, journal_layout(head.columns))
    except Invalid as refused:
        return _files(ctx, id, refuse(Form.of({}), refused)), 422
    wishes, more = reading.journal_wishes(ctx.session, head, file.good)
    found = service.examine(
        ctx.session,
        wishes=wishes,
        faults=[*file.faults, *more],
        rows=file.count,
        file_name=file.file_name,
        digest=file.digest,
        reader=reader,
        journal_id=id,
    )
    return ctx.redirect("exchange.import_page", id=id, import_id=found.id)


def import_page(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Show what a file changes cell by cell, what it cannot change and why, or what came of it."""
    return _show(ctx, id, service.get_or_raise(ctx.session, import_id, journal_id=id), Form.of({}))


def _show(ctx: Context, id: UUID, found: Any, form: Form) -> Any:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    base = f"/journal/journals/{id}"
    crumbs = _crumbs(head, [(_("Files"), f"{base}/files"), (found.file_name, None)])
    return showing.page_of(ctx, found, f"{base}/imports/{found.id}", form=form, crumbs=crumbs, one=True)


def apply_import(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Write the cells that were seen, in one unit of work; a cell that was changed meanwhile stays and is named."""
    return _do(ctx, id, import_id, service.begin)


def undo_import(ctx: Context, id: UUID, import_id: UUID) -> Any:
    """Take an import back; a cell that was changed since stays and is named."""
    return _do(ctx, id, import_id, service.begin_undo)


def _do(ctx: Context, id: UUID, import_id: UUID, begin: Any) -> Any:
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        journals.get_or_raise(ctx.session, journal_id=id, reader=reader)
    found = service.get_or_raise(ctx.session, import_id, journal_id=id, lock=True)
    posted = ctx.form(VersionIn)
    try:
        begin(ctx.session, found=found, version=posted.data.get("version", 0), actor=reader.person_id)
    except (Invalid, Conflict) as refused:
        return _show(ctx, id, found, showing.told(refused)), refused.status
    while service.step(ctx.session, found=found, reader=reader):
        pass
    counts = service.count(ctx.session, found.id)
    if found.state == "undone":
        ctx.flash(_("Taken back: %(n)s cells are as before.", n=counts.get("restored", 0)), "warn")
    else:
        ctx.flash(_("Saved: %(n)s cells.", n=counts.get("saved", 0)))
    return ctx.redirect("exchange.import_page", id=id, import_id=import_id)


ROUTES = (
    page("GET", "/journals/<uuid:id>/files", files_page, access=READ),
    page("GET", "/journals/<uuid:id>/export.<kind>", export_journal, access=READ, leaves_trace=True),
    page("POST", "/journals/<uuid:id>/files", examine_file, access=WRITE),
    page("GET", "/journals/<uuid:id>/imports/<uuid:import_id>", import_page, access=WRITE),
    page("POST", "/journals/<uuid:id>/imports/<uuid:import_id>/apply", apply_import, access=WRITE),
    page("POST", "/journals/<uuid:id>/imports/<uuid:import_id>/undo", undo_import, access=WRITE),
)
