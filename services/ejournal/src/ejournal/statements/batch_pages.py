"""Pages of batches: ask for the statements of a session, and see how far they are."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form
from chassis.problems import NotFound
from chassis.routes import page
from ejournal.journal import access
from ejournal.statements import batches, schemas, wording
from ejournal.statements.permissions import ISSUE
from ejournal.teaching.model import PERIOD

AGAIN_SECONDS = "2"


def batches_page(ctx: Context) -> Any:
    """Show the form, and the batches I asked for."""
    return _page(ctx, Form())


def _page(ctx: Context, form: Form) -> Any:
    periods = ctx.session.execute(
        select(PERIOD.c.period_id, PERIOD.c.title).order_by(PERIOD.c.starts.desc())
    ).all()
    return ctx.render(
        "ejournal/statements/batches.html",
        form=form,
        periods=[(row.period_id, localized(row.title)) for row in periods],
        kinds=[(kind, wording.KINDS[kind]) for kind in batches.KINDS],
        words=wording.KINDS,
        rows=batches.list_own(ctx.session, person_id=ctx.identity.person_id),
        crumbs=_crumbs(None),
    )


def _crumbs(here: str | None) -> list[tuple[str, str | None]]:
    title = _("Issue for a session")
    above = [(_("Statements"), "/journal/statements")]
    return [*above, (title, "/journal/statements/batches"), (here, None)] if here else [*above, (title, None)]


def ask(ctx: Context) -> Any:
    """Ask for the statements of a session."""
    form = ctx.form(schemas.BatchIn)
    if not form.valid:
        return _page(ctx, form), 422
    try:
        batch = batches.ask(ctx.session, reader=access.reader(ctx), **form.data)
    except NotFound:
        return _page(ctx, form.refuse("period_id", _("Choose a period from the list."))), 422
    return ctx.redirect("statements.batch_page", id=batch)


def batch_page(ctx: Context, id: UUID) -> Any:
    """Show how far a batch is; the page looks again by itself until it is done."""
    row = batches.get_or_raise(ctx.session, batch_id=id, person_id=ctx.identity.person_id)
    refused = [
        (one, [wording.reason(reason) for reason in one.reasons])
        for one in batches.list_refused(ctx.session, batch_id=id)
    ]
    made = ctx.render(
        "ejournal/statements/batch.html",
        batch=row,
        kind=wording.KINDS[row.kind],
        counts=batches.count(ctx.session, batch_id=id),
        refused=refused,
        crumbs=_crumbs(localized(row.period)),
    )
    # A header, not a script: the bar moves without JavaScript too.
    headers = {} if row.finished_at else {"Refresh": AGAIN_SECONDS}
    return Response(made, 200, headers, content_type="text/html; charset=utf-8")


ROUTES = (
    page("GET", "/statements/batches", batches_page, access=ISSUE),
    page("POST", "/statements/batches", ask, access=ISSUE),
    page("GET", "/statements/batches/<uuid:id>", batch_page, access=ISSUE),
)
