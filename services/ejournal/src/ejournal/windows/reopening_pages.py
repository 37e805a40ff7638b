"""Pages of reopening: a teacher asks from the journal, a head of department or the quality unit decides."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form, paginate
from chassis.problems import Conflict, Invalid
from chassis.routes import page
from ejournal.forms import DATE, refuse
from ejournal.journal import access, grid, windows
from ejournal.journal import service as journals
from ejournal.journal import wording as journal_wording
from ejournal.windows import rules, service, wording
from ejournal.windows.schemas import GrantForm, RefusalForm, ReopeningForm, VersionForm

WRITE = "ejournal.cell.write"
DECIDE = "ejournal.reopening.decide"
USUAL_DAYS = 3


def ask_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a request, and what became of the journal's earlier ones."""
    until = clock.today() + timedelta(days=USUAL_DAYS)
    chosen = ctx.request.args.get("column", "")
    return _ask_form(ctx, id, Form.of({"column_id": chosen, "until": until.strftime(DATE)}))


def ask(ctx: Context, id: UUID) -> Any:
    """Send a request."""
    form = ctx.form(ReopeningForm)
    if form.valid:
        try:
            with access.refusals_audited(ctx, id):
                service.ask(ctx.session, journal_id=id, data=form.data, reader=access.reader(ctx))
        except Invalid as refused:
            refuse(form, refused)
        except Conflict as refused:
            form.refuse("_schema", str(refused.detail or refused.title))
        else:
            ctx.flash(_("The request is sent: the head of department or the quality unit decides."))
            return ctx.redirect("windows.ask_page", id=id)
    return _ask_form(ctx, id, form), 422


def _ask_form(ctx: Context, id: UUID, form: Form) -> Any:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx))
    closed = windows.closed_today(ctx.session, head)
    options = [
        (one["id"], journal_wording.full_title(one)) for one in reversed(head.columns) if one["id"] in closed
    ]
    return ctx.render(
        "ejournal/windows/ask.html",
        head=head,
        form=form,
        options=options,
        last=rules.last_day(clock.today(), windows.get_policy(ctx.session)),
        lines=[wording.line(row) for row in service.list_of_journal(ctx.session, journal_id=id)],
        crumbs=[
            (_("Journals"), "/journal/"),
            (grid.title(head), f"/journal/journals/{id}"),
            (_("Reopening"), None),
        ],
    )


def withdraw(ctx: Context, id: UUID) -> Any:
    """Take back my request."""
    form = ctx.form(VersionForm)
    taken = service.withdraw(
        ctx.session, id=id, version=form.data.get("version", 0), reader=access.reader(ctx)
    )
    ctx.flash(_("The request is withdrawn."))
    return ctx.redirect("windows.ask_page", id=taken.journal_id)


def reopenings_page(ctx: Context) -> Any:
    """Show the requests on the journals in my scope, those to decide first."""
    return _requests(ctx, {})


def _requests(ctx: Context, forms: dict[UUID, Form]) -> Any:
    found = paginate(
        ctx.session, service.list_query(reader=access.reader(ctx)), page=ctx.page_number, scalars=False
    )
    return ctx.render(
        "ejournal/windows/reopenings.html",
        found=found,
        lines=[wording.line(row) for row in found.items],
        forms=forms,
        blank=Form(),
        me=ctx.identity.person_id,
        address=lambda n: f"/journal/reopenings?page={n}",
        crumbs=[(_("Journals"), "/journal/"), (_("Requests to reopen"), None)],
    )


def grant(ctx: Context, id: UUID) -> Any:
    """Grant a request."""
    return _decided(ctx, id, GrantForm, service.grant, _("Reopened; it closes by itself at its term."))


def refuse_request(ctx: Context, id: UUID) -> Any:
    """Refuse a request."""
    return _decided(ctx, id, RefusalForm, service.refuse, _("The request is refused."))


def _decided(ctx: Context, id: UUID, schema: Any, act: Callable[..., Any], words: str) -> Any:
    form = ctx.form(schema)
    if form.valid:
        act(ctx.session, id=id, reader=access.reader(ctx), **form.data)
        ctx.flash(words)
        return ctx.redirect("windows.reopenings_page")
    return _requests(ctx, {id: form}), 422


ROUTES = (
    page("GET", "/journals/<uuid:id>/reopening", ask_page, access=WRITE),
    page("POST", "/journals/<uuid:id>/reopening", ask, access=WRITE),
    page("POST", "/reopenings/<uuid:id>/withdraw", withdraw, access=WRITE),
    page("GET", "/reopenings", reopenings_page, access=DECIDE),
    page("POST", "/reopenings/<uuid:id>/grant", grant, access=DECIDE),
    page("POST", "/reopenings/<uuid:id>/refuse", refuse_request, access=DECIDE),
)
