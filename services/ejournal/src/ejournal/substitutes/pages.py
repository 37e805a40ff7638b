"""Pages of substitution: the registrar appoints and withdraws from the journal, and sees all appointments in one list."""

from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form, paginate
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from ejournal.forms import DATE, refuse
from ejournal.journal import access, grid
from ejournal.journal import service as journals
from ejournal.substitutes import service, wording
from ejournal.substitutes.schemas import AppointmentForm, VersionForm
from ejournal.teaching.rules import short_name

APPOINT = "ejournal.substitute.appoint"


def journal_substitutes(ctx: Context, id: UUID) -> Any:
    """Show the substitutes of a journal, and the form of an appointment."""
    return _journal(ctx, id, Form.of({"order_date": clock.today().strftime(DATE), "columns": []}))


def _journal(ctx: Context, id: UUID, form: Form) -> Any:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    people = service.list_candidates(ctx.session, journal_id=id, but=ctx.identity.person_id)
    lessons = service.list_open(ctx.session, head)
    return ctx.render(
        "ejournal/substitutes/journal.html",
        head=head,
        form=form,
        people=[
            (str(row.person_id), short_name(row.family_name, row.given_name, row.patronymic))
            for row in people
        ],
        lessons=[(one["id"], wording.column(one)) for one in lessons],
        reasons=list(wording.REASONS.items()),
        lines=[wording.line(row) for row in service.list_of_journal(ctx.session, journal_id=id)],
        crumbs=[
            (_("Journals"), "/journal/"),
            (grid.title(head), f"/journal/journals/{id}"),
            (_("Substitutes"), None),
        ],
    )


def appoint(ctx: Context, id: UUID) -> Any:
    """Appoint a substitute for dated lessons."""
    form = ctx.form(AppointmentForm)
    if form.valid:
        try:
            with access.refusals_audited(ctx, id):
                made = service.appoint(ctx.session, journal_id=id, data=form.data, reader=access.reader(ctx))
        except Invalid as refused:
            refuse(form, refused)
        except Conflict as refused:
            form.refuse("_schema", str(refused.detail or refused.title))
        else:
            ctx.flash(
                _("Appointed; lessons: %(n)s. The substitute sees them on the own start page.", n=len(made))
            )
            return ctx.redirect("substitutes.journal_substitutes", id=id)
    return _journal(ctx, id, form), 422


def withdraw(ctx: Context, id: UUID) -> Any:
    """Withdraw an appointment."""
    form = ctx.form(VersionForm)
    gone = service.withdraw(
        ctx.session, id=id, version=form.data.get("version", 0), reader=access.reader(ctx)
    )
    ctx.flash(_("The appointment is withdrawn."))
    return ctx.redirect("substitutes.journal_substitutes", id=gone.journal_id)


def substitutions_page(ctx: Context) -> Any:
    """Show all appointments on the journals in my scope, the latest lesson first."""
    query = service.list_query(reader=access.reader(ctx))
    found = paginate(ctx.session, query, page=ctx.page_number, scalars=False)
    return ctx.render(
        "ejournal/substitutes/list.html",
        found=found,
        lines=[wording.line(row) for row in found.items],
        address=lambda n: f"/journal/substitutions?page={n}",
        crumbs=[(_("Journals"), "/journal/"), (_("Substitutes"), None)],
    )


ROUTES = (
    page("GET", "/substitutions", substitutions_page, access=APPOINT),
    page("GET", "/journals/<uuid:id>/substitutions", journal_substitutes, access=APPOINT),
    page("POST", "/journals/<uuid:id>/substitutions", appoint, access=APPOINT),
    page("POST", "/substitutions/<uuid:id>/withdraw", withdraw, access=APPOINT),
)
