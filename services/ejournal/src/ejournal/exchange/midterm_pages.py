"""Pages of midterm controls of many journals from one file; the worker writes them, the page shows how far it is."""

from typing import Any
from uuid import UUID

from flask import Response

from chassis.context import Context
from chassis.exports import TYPES, XLSX
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from chassis.sheets import template
from ejournal.exchange import midterm, service, showing, wording
from ejournal.exchange.layout import MIDTERM
from ejournal.exchange.schemas import VersionIn
from ejournal.forms import refuse
from ejournal.journal import access

IMPORT = "ejournal.marks.import"
BASE = "/journal/midterm-imports"


def imports_page(ctx: Context) -> Any:
    """Show the latest files and the form for a new one."""
    return _list(ctx, Form.of({}))


def _list(ctx: Context, form: Form) -> Any:
    return ctx.render(
        "ejournal/exchange/midterm.html",
        form=form,
        columns=MIDTERM.columns,
        imports=service.list_(ctx.session, journal_id=None),
        states=wording.STATES,
        crumbs=[(_("Journals"), "/journal/"), (_("Midterm controls from a file"), None)],
    )


def examine_file(ctx: Context) -> Any:
    """Judge a file of midterm controls and show what would change; no mark is written."""
    try:
        file = showing.receive(ctx, MIDTERM)
    except Invalid as refused:
        return _list(ctx, refuse(Form.of({}), refused)), 422
    wishes, more = midterm.wishes(ctx.session, file.good)
    found = service.examine(
        ctx.session,
        wishes=wishes,
        faults=[*file.faults, *more],
        rows=file.count,
        file_name=file.file_name,
        digest=file.digest,
        reader=access.reader(ctx),
    )
    return ctx.redirect("exchange.midterm_page", id=found.id)


def midterm_page(ctx: Context, id: UUID) -> Any:
    """Show what a file changes cell by cell, what it cannot change and why, and how far it is."""
    return _show(ctx, service.get_or_raise(ctx.session, id, journal_id=None), Form.of({}))


def _show(ctx: Context, found: Any, form: Form) -> Any:
    crumbs = [
        (_("Journals"), "/journal/"),
        (_("Midterm controls from a file"), BASE),
        (found.file_name, None),
    ]
    return showing.page_of(ctx, found, f"{BASE}/{found.id}", form=form, crumbs=crumbs, one=False)


def apply_midterm(ctx: Context, id: UUID) -> Any:
    """Confirm what was seen: the worker writes it journal by journal."""
    return _do(ctx, id, service.begin)


def undo_midterm(ctx: Context, id: UUID) -> Any:
    """Take an import back: the worker gives each untouched cell its former value."""
    return _do(ctx, id, service.begin_undo)


def _do(ctx: Context, id: UUID, begin: Any) -> Any:
    found = service.get_or_raise(ctx.session, id, journal_id=None, lock=True)
    posted = ctx.form(VersionIn)
    try:
        begin(ctx.session, found=found, version=posted.data.get("version", 0), actor=ctx.identity.person_id)
    except (Invalid, Conflict) as refused:
        return _show(ctx, found, showing.told(refused)), refused.status
    return ctx.redirect("exchange.midterm_page", id=id)


def midterm_template(ctx: Context, language: str) -> Response:
    """Give the empty file, its headings in Kazakh, Russian or English."""
    language = language if language in ("kk", "ru", "en") else ctx.language
    headers = {"Content-Disposition": f'attachment; filename="midterm-{language}.xlsx"'}
    return Response(template(MIDTERM, language), 200, headers, content_type=TYPES[XLSX])


ROUTES = (
    page("GET", "/midterm-imports", imports_page, access=IMPORT),
    page("POST", "/midterm-imports", examine_file, access=IMPORT),
    page("GET", "/midterm-imports/template/<language>", midterm_template, access=IMPORT),
    page("GET", "/midterm-imports/<uuid:id>", midterm_page, access=IMPORT),
    page("POST", "/midterm-imports/<uuid:id>/apply", apply_midterm, access=IMPORT),
    page("POST", "/midterm-imports/<uuid:id>/undo", undo_midterm, access=IMPORT),
)
