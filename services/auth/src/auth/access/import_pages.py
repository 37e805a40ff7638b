"""Pages of grants from a file: the file, its dry run with the differences, applied and undone."""

from typing import Any
from uuid import UUID

from flask import Response

from auth.access import catalogue, imports, schemas
from auth.access.layout import layout
from auth.access.model import GrantImport
from auth.access.words import SCOPES
from auth.forms import OrderForm, refuse
from chassis.context import Context
from chassis.i18n import localized, ngettext
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import page
from chassis.sheets import Fault, say, template
from chassis.workbooks import MAX_BYTES, SheetRefused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def imports_page(ctx: Context) -> Any:
    """Show the latest files of grants."""
    return ctx.render("auth/access/imports.html", rows=imports.list_(ctx.session))


def new_import_page(ctx: Context) -> Any:
    """Show the form for a file of grants."""
    return _new_form(ctx, Form())


def examine_import(ctx: Context) -> Any:
    """Judge an uploaded file and show what would happen; nobody gets a role yet."""
    form = ctx.form(OrderForm)
    try:
        file = ctx.upload("file", max_bytes=MAX_BYTES)
    except Invalid as refused:
        refuse(form, refused)
    if form.valid:
        try:
            found = imports.examine(
                ctx.session,
                data=file.bytes,
                file_name=file.filename,
                actor=ctx.identity.person_id,
                reach=ctx.scopes,
                **form.data,
            )
        except SheetRefused as refused_file:
            form.refuse("file", str(refused_file.detail))
        else:
            return ctx.redirect("access.import_page", id=found.id)
    return _new_form(ctx, form), 422


def import_page(ctx: Context, id: UUID) -> Any:
    """Show a dry run with its differences and each bad row, or what came of it."""
    return _show(ctx, imports.get_or_raise(ctx.session, id), Form())


def apply_import(ctx: Context, id: UUID) -> Any:
    """Give the roles of the dry run that was seen; a second press changes nothing."""
    found = imports.get_or_raise(ctx.session, id, lock=True)
    try:
        number = imports.apply(ctx.session, found=found, actor=ctx.identity.person_id, reach=ctx.scopes)
    except Invalid as refused:
        return _show(ctx, found, refuse(ctx.form(schemas.Nothing), refused)), 422
    ctx.flash(ngettext("%(n)s role is given.", "%(n)s roles are given.", number))
    return ctx.redirect("access.import_page", id=id)


def undo_import(ctx: Context, id: UUID) -> Any:
    """Withdraw what the file gave, once."""
    found = imports.get_or_raise(ctx.session, id, lock=True)
    try:
        number = imports.undo(ctx.session, found=found, actor=ctx.identity.person_id)
    except Invalid as refused:
        return _show(ctx, found, refuse(ctx.form(schemas.Nothing), refused)), 422
    ctx.flash(ngettext("%(n)s role is withdrawn.", "%(n)s roles are withdrawn.", number), "warn")
    return ctx.redirect("access.import_page", id=id)


def import_template(ctx: Context, language: str) -> Response:
    """Give the empty file, its headings in Kazakh, Russian or English."""
    chosen = language if language in ("kk", "ru", "en") else ctx.language
    headers = {"Content-Disposition": f'attachment; filename="grants-{chosen}.xlsx"'}
    empty = template(layout(catalogue.list_roles(ctx.session)), chosen)
    return Response(empty, 200, headers, content_type=XLSX)


def _new_form(ctx: Context, form: Form) -> str:
    columns = layout(catalogue.list_roles(ctx.session)).columns
    return ctx.render("auth/access/import_new.html", form=form, columns=columns)


def _show(ctx: Context, found: GrantImport, form: Form) -> str:
    titles = {column.key: localized(column.titles) for column in layout(()).columns}
    faults = [
        [fault.row, fault.name, titles[fault.column], say(fault, imports.FAULTS)]
        for fault in (Fault(**stored) for stored in found.faults)
    ]
    return ctx.render(
        "auth/access/import.html",
        found=found,
        form=form,
        faults=faults,
        titles=catalogue.titles(ctx.session),
        scopes=SCOPES,
        bad_rows=len({fault[0] for fault in faults}),
    )


ROUTES = (
    page("GET", "/grant-imports", imports_page, access="auth.grant.import"),
    page("GET", "/grant-imports/upload", new_import_page, access="auth.grant.import"),
    page("POST", "/grant-imports/upload", examine_import, access="auth.grant.import", step_up=True),
    page("GET", "/grant-imports/template/<language>", import_template, access="auth.grant.import"),
    page("GET", "/grant-imports/<uuid:id>", import_page, access="auth.grant.import"),
    page("POST", "/grant-imports/<uuid:id>/apply", apply_import, access="auth.grant.import", step_up=True),
    page("POST", "/grant-imports/<uuid:id>/undo", undo_import, access="auth.grant.import", step_up=True),
)
