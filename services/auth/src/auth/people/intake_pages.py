"""Pages of intakes: the file, its dry run, what came of it, and the sign-in slips."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response

from auth.accounts import slips
from auth.forms import refuse
from auth.people import difference, intake, rules, schemas, undo
from auth.people.layout import INTAKE
from auth.people.model import Intake
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized, ngettext
from chassis.pages import Form, Paged
from chassis.problems import Invalid
from chassis.routes import page
from chassis.sheets import template
from chassis.workbooks import MAX_BYTES, SheetRefused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN, MOST_FAULTS = 100, 500
ACTS = {
    rules.NEW: ("ok", _l("is entered")),
    rules.CHANGE: ("info", _l("record changes")),
    rules.RETURN: ("warn", _l("is opened again")),
    rules.SAME: ("", _l("stays as it is")),
}


def intakes_page(ctx: Context) -> Any:
    """Show the latest intakes."""
    return ctx.render("auth/people/intakes.html", rows=intake.list_(ctx.session))


def new_intake_page(ctx: Context) -> Any:
    """Show the form for a file of people."""
    return ctx.render("auth/people/intake_new.html", form=Form(), columns=INTAKE.columns)


def examine_intake(ctx: Context) -> Any:
    """Judge an uploaded file and show what would happen; nobody is entered yet."""
    form = ctx.form(schemas.IntakeForm)
    try:
        file = ctx.upload("file", max_bytes=MAX_BYTES)
    except Invalid as refused:
        refuse(form, refused)
    if form.valid:
        try:
            found = intake.examine(
                ctx.session,
                data=file.bytes,
                file_name=file.filename,
                actor=ctx.identity.person_id,
                **form.data,
            )
        except SheetRefused as refused_file:
            form.refuse("file", str(refused_file.detail))
        else:
            return ctx.redirect("people.intake_page", id=found.id)
    return ctx.render("auth/people/intake_new.html", form=form, columns=INTAKE.columns), 422


def intake_page(ctx: Context, id: UUID) -> Any:
    """Show a dry run with each bad row and why, or what was applied and which slips are to be printed."""
    return _show(ctx, intake.get_or_raise(ctx.session, id), Form())


def apply_intake(ctx: Context, id: UUID) -> Any:
    """Enter the good rows of the dry run that was seen; a second press changes nothing."""
    found = intake.get_or_raise(ctx.session, id, lock=True)
    form = ctx.form(schemas.ApplyForm)
    if found.applied_at:
        ctx.flash(_("This file was applied already: everybody in it is entered."), "warn")
        return ctx.redirect("people.intake_page", id=id)
    try:
        counts = intake.apply(ctx.session, intake=found, actor=ctx.identity.person_id)
    except Invalid as refused:
        return _show(ctx, found, refuse(form, refused)), 422
    entered, changed = counts[rules.NEW] + counts[rules.RETURN], counts[rules.CHANGE]
    if entered:
        ctx.flash(ngettext("%(n)s person is entered.", "%(n)s people are entered.", entered))
    if changed:
        ctx.flash(ngettext("%(n)s record is changed.", "%(n)s records are changed.", changed))
    return ctx.redirect("people.intake_page", id=id)


def print_slips(ctx: Context, id: UUID) -> Any:
    """Make the next sheet of sign-in slips: first passwords come into being here, and stand on the paper alone."""
    if not ctx.scopes.everywhere:
        raise intake.IntakeNotFound  # an intake is of the whole academy, and its slips would be passwords of all faculties
    found = intake.get_or_raise(ctx.session, id, lock=True)
    again = ctx.request.form.get("again") == "1"
    waiting = intake.awaiting_slips(ctx.session, intake=found, again=again, limit=slips.AT_ONCE)
    if not waiting:
        ctx.flash(
            _("All slips of this intake are printed. A lost one is made anew on the person's page."), "warn"
        )
        return ctx.redirect("people.intake_page", id=id)
    return slips.printed(ctx, waiting, back=f"/auth/intakes/{id}")


def intake_template(ctx: Context, language: str) -> Response:
    """Give the empty file, its headings in Kazakh, Russian or English."""
    if language not in ("kk", "ru", "en"):
        language = ctx.language
    headers = {"Content-Disposition": f'attachment; filename="intake-{language}.xlsx"'}
    return Response(template(INTAKE, language), 200, headers, content_type=XLSX)


def _show(ctx: Context, found: Intake, form: Form) -> str:
    faults = difference.listed_faults(found)
    counts = Counter(row["act"] for row in found.good)
    shown = ctx.request.args.get("show", "")
    rows = [row for row in found.good if row["act"] == shown or not shown]
    lines = Paged(
        rows[(ctx.page_number - 1) * SHOWN : ctx.page_number * SHOWN], ctx.page_number, SHOWN, len(rows)
    )
    return ctx.render(
        "auth/people/intake.html",
        intake=found,
        form=form,
        faults=faults[:MOST_FAULTS],
        columns={column.key: localized(column.titles) for column in INTAKE.columns},
        counts=counts,
        acts=ACTS,
        shown=shown if shown in rules.ACTS else "",
        lines=lines,
        url_of=lambda number: f"/auth/intakes/{found.id}?{urlencode({'show': shown, 'page': number})}#rows",
        is_another_name=rules.is_another_name,
        bad_rows=len({fault["row"] for fault in faults}),
        waiting=intake.count_awaiting(ctx.session, intake=found, again=False),
        unused=intake.count_awaiting(ctx.session, intake=found, again=True),
        at_once=slips.AT_ONCE,
        undo_until=undo.until(found),
        may_undo=found.applied_at
        and not found.undone_at
        and ctx.now <= rules.may_undo_until(found.applied_at),
    )


ROUTES = (
    page("GET", "/intakes", intakes_page, access="auth.person.import"),
    page("GET", "/intakes/upload", new_intake_page, access="auth.person.import"),
    page("POST", "/intakes/upload", examine_intake, access="auth.person.import"),
    page("GET", "/intakes/template/<language>", intake_template, access="auth.person.import"),
    page("GET", "/intakes/<uuid:id>", intake_page, access="auth.person.import"),
    page("POST", "/intakes/<uuid:id>/apply", apply_intake, access="auth.person.import"),
    page("POST", "/intakes/<uuid:id>/slips", print_slips, access="auth.account.reset"),
)
