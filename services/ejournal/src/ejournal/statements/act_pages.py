"""Pages of acts on a statement: submit, accept, return, rectify; each is looked at before it is done."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Conflict
from chassis.routes import page
from ejournal.control.service import get_book
from ejournal.journal import access
from ejournal.statements import rectifying, schemas, service, signing, wording
from ejournal.statements.acting import press, signatory
from ejournal.statements.permissions import ACCEPT, RECTIFY, SUBMIT
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules_rows import totals

Reasons = list[dict[str, str]]


def query(**given: Any) -> str:
    """Write a query string of what is not empty."""
    return urlencode({name: value for name, value in given.items() if value})


def _page(ctx: Context, id: UUID, act: str, form: Form, reasons: Reasons | None = None) -> Any:
    with access.refusals_audited(ctx, id, "statement"):
        statement = service.get_or_raise(ctx.session, statement_id=id, reader=access.reader(ctx))
    rows = service.list_rows(ctx.session, statement_id=id)
    letters = get_book(ctx.session).letters
    columns = wording.columns(statement.kind)
    if reasons is None:
        reasons = signing.check(ctx.session, statement, rows, act, ctx.identity.person_id)
    return ctx.render(
        "ejournal/statements/act.html",
        statement=statement,
        number=wording.number_of(statement),
        kind=wording.KINDS[statement.kind],
        act=act,
        form=form,
        reasons=reasons,
        totals=wording.totals(totals(rows), statement.kind),
        heads=[head for _name, head, _width in columns],
        names=[name for name, _head, _width in columns],
        rows=[wording.row(row, letters, ctx.language) for row in rows],
        why=list(wording.REASONS.items()),
        crumbs=[(_("Statements"), "/journal/statements"), (wording.number_of(statement), f"/journal/statements/{id}"), (wording.ACTS[act], None)],
    )  # fmt: skip


def _do(ctx: Context, id: UUID, act: str, form: Form, done: Callable[[], UUID], *, said: str) -> Any:
    if not form.valid:
        return _page(ctx, id, act, form), 422
    try:
        with access.refusals_audited(ctx, id, "statement"):
            where = done()
    except StatementRefused as refused:
        ctx.session.rollback()
        return _page(ctx, id, act, form, refused.extra["reasons"]), 409
    except Conflict as refused:
        if "current_version" not in refused.extra:
            raise
        ctx.session.rollback()
        text = _("The statement was changed while you looked at it. Look at it again before you sign.")
        return _page(ctx, id, act, form, [{"code": refused.code, "text": text}]), 409
    ctx.flash(said)
    return ctx.redirect("statements.statement_page", id=where)


def submit_page(ctx: Context, id: UUID) -> Any:
    """Show what is about to be signed by the examiner."""
    return _page(ctx, id, "submit", Form())


def submit(ctx: Context, id: UUID) -> Any:
    """Submit a statement with the examiner's signature."""
    form = ctx.form(schemas.VersionForm)

    def done() -> UUID:
        signing.submit(ctx.session, statement_id=id, signatory=signatory(ctx), **form.data)
        return id

    return _do(
        ctx, id, "submit", form, done, said=_("The statement is signed and submitted to the registrar.")
    )


def accept_page(ctx: Context, id: UUID) -> Any:
    """Show what is about to be sealed by the registrar."""
    return _page(ctx, id, "accept", Form())


def accept(ctx: Context, id: UUID) -> Any:
    """Accept a statement with the registrar's signature."""
    form = ctx.form(schemas.VersionForm)

    def done() -> UUID:
        signing.accept(ctx.session, statement_id=id, signatory=signatory(ctx), press=press(ctx), **form.data)
        return id

    return _do(ctx, id, "accept", form, done, said=_("The statement is accepted and sealed."))


def return_page(ctx: Context, id: UUID) -> Any:
    """Ask for the remark a statement is returned with."""
    return _page(ctx, id, "return", Form())


def give_back(ctx: Context, id: UUID) -> Any:
    """Return a submitted statement to its examiner."""
    form = ctx.form(schemas.ReturnForm)

    def done() -> UUID:
        signing.give_back(ctx.session, statement_id=id, reader=access.reader(ctx), **form.data)
        return id

    return _do(ctx, id, "return", form, done, said=_("The statement is returned to the examiner."))


def rectify_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason and the order of a rectification."""
    return _page(ctx, id, "rectify", Form())


def rectify(ctx: Context, id: UUID) -> Any:
    """Issue the rectification of a sealed statement."""
    form = ctx.form(schemas.RectifyForm)

    def done() -> UUID:
        basis = rectifying.Basis(**form.data)
        return rectifying.rectify(ctx.session, statement_id=id, basis=basis, reader=access.reader(ctx))

    said = _("The rectification is issued: its marks can be corrected, then it is signed as any statement.")
    return _do(ctx, id, "rectify", form, done, said=said)


ONE = "/statements/<uuid:id>"
ROUTES = (
    page("GET", f"{ONE}/submit", submit_page, access=SUBMIT, step_up=True),
    page("POST", f"{ONE}/submit", submit, access=SUBMIT, step_up=True),
    page("GET", f"{ONE}/accept", accept_page, access=ACCEPT, step_up=True),
    page("POST", f"{ONE}/accept", accept, access=ACCEPT, step_up=True),
    page("GET", f"{ONE}/return", return_page, access=ACCEPT, step_up=True),
    page("POST", f"{ONE}/return", give_back, access=ACCEPT, step_up=True),
    page("GET", f"{ONE}/rectification", rectify_page, access=RECTIFY, step_up=True),
    page("POST", f"{ONE}/rectification", rectify, access=RECTIFY, step_up=True),
)
