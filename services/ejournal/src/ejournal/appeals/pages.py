"""Pages of appeals: the learner files, the registrar records what the commission decided."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form, paginate
from chassis.problems import NotFound
from chassis.routes import page
from ejournal.appeals import service, wording
from ejournal.appeals.problems import AlreadyDecided, AppealRefused
from ejournal.appeals.schemas import AppealIn, DecisionForm
from ejournal.attestation.wording import person
from ejournal.control.service import get_book
from ejournal.journal import access
from ejournal.statements.problems import StatementRefused
from ejournal.statements.wording import number_of
from ejournal.teaching.rules import short_name

FILE = "ejournal.appeal.file"
DECIDE = "ejournal.appeal.decide"
MINE, ALL = "/journal/my/appeals", "/journal/appeals"


def my_appeals(ctx: Context) -> Any:
    """List my final marks: against which an appeal may be filed and until when, and what became of those filed."""
    letters = get_book(ctx.session).letters
    lines = [
        {
            "row": row,
            "mark": letters.show(row.mark, ctx.language),
            "until": service.term_of(ctx.session, row),
            "open": not service.why_not(ctx.session, row),
        }
        for row in service.list_own(ctx.session, person_id=ctx.identity.person_id)
    ]
    crumbs = [(_("My marks"), "/journal/my"), (_("Appeals"), None)]
    return ctx.render("ejournal/appeals/mine.html", lines=lines, outcomes=wording.OUTCOMES, crumbs=crumbs)


def appeal_form(ctx: Context, id: UUID) -> Any:
    """Show the form of an appeal."""
    return _filing(ctx, id, Form.of({}))


def file_appeal(ctx: Context, id: UUID) -> Any:
    """File an appeal."""
    form = ctx.form(AppealIn)
    if form.valid:
        try:
            service.file(
                ctx.session, attempt_id=id, person_id=ctx.identity.person_id, reason=form.data["reason"]
            )
        except AppealRefused as refused:
            form.refuse("reason", str(refused.detail))
            return _filing(ctx, id, form), 409
        ctx.flash(_("The appeal is filed. The commission’s decision will stand on this page."))
        return ctx.redirect("appeals.my_appeals")
    return _filing(ctx, id, form), 422


def _filing(ctx: Context, id: UUID, form: Form) -> Any:
    own = service.list_own(ctx.session, person_id=ctx.identity.person_id)
    row = next((row for row in own if row.attempt_id == id), None)
    if row is None:
        raise NotFound
    crumbs = [(_("My marks"), "/journal/my"), (_("Appeals"), MINE), (localized(row.discipline) or "—", None)]
    return ctx.render(
        "ejournal/appeals/file.html",
        row=row,
        form=form,
        until=service.term_of(ctx.session, row),
        crumbs=crumbs,
    )


def appeals_page(ctx: Context) -> Any:
    """List the appeals in my scope, those to decide first."""
    found = paginate(
        ctx.session, service.list_query(reader=access.reader(ctx)), page=ctx.page_number, scalars=False
    )
    return ctx.render(
        "ejournal/appeals/list.html",
        found=found,
        name_of=person,
        outcomes=wording.OUTCOMES,
        address=lambda n: f"{ALL}?page={n}",
        crumbs=[(_("Journals"), "/journal/"), (_("Appeals"), None)],
    )


def appeal_page(ctx: Context, id: UUID) -> Any:
    """Show an appeal, and the form of the decision while there is none."""
    return _appeal(ctx, id, None)


def decide_appeal(ctx: Context, id: UUID) -> Any:
    """Record what the commission decided."""
    form = ctx.form(DecisionForm)
    if not form.valid:
        return _appeal(ctx, id, form), 422
    try:
        with access.refusals_audited(ctx, id, "appeal"):
            service.decide(ctx.session, appeal_id=id, reader=access.reader(ctx), **form.data)
    except AppealRefused as refused:
        for code in refused.extra["refusals"]:
            form.refuse(wording.FIELDS[code], str(wording.REFUSALS[code]))
        return _appeal(ctx, id, form), 409
    except StatementRefused as refused:
        ctx.session.rollback()
        form.refuse("outcome", str(refused.detail))
        return _appeal(ctx, id, form), 409
    except AlreadyDecided as refused:
        ctx.flash(str(refused.title), "warn")
        return ctx.redirect("appeals.appeal_page", id=id)
    ctx.flash(_("The decision is recorded."))
    return ctx.redirect("appeals.appeal_page", id=id)


def _appeal(ctx: Context, id: UUID, form: Form | None) -> Any:
    with access.refusals_audited(ctx, id, "appeal"):
        row = service.get_or_raise(ctx.session, appeal_id=id, reader=access.reader(ctx))
    teachers = [
        (str(one.person_id), short_name(one.family_name, one.given_name, one.patronymic))
        for one in service.list_teachers(ctx.session)
    ]
    names = dict(teachers)
    rectification = service.find_rectification(ctx.session, row)
    return ctx.render(
        "ejournal/appeals/appeal.html",
        row=row,
        learner_name=person(row),
        mark=get_book(ctx.session).letters.show(row.mark, ctx.language),
        form=form or Form.of({"version": row.version}),
        teachers=teachers,
        members=[names.get(str(member), "—") for member in row.commission or ()],
        outcomes=wording.OUTCOMES,
        rectification=rectification,
        number=number_of(rectification) if rectification else "",
        crumbs=[(_("Journals"), "/journal/"), (_("Appeals"), ALL), (person(row), None)],
    )


ROUTES = (
    page("GET", "/my/appeals", my_appeals, access=FILE),
    page("GET", "/my/attempts/<uuid:id>/appeal", appeal_form, access=FILE),
    page("POST", "/my/attempts/<uuid:id>/appeal", file_appeal, access=FILE),
    page("GET", "/appeals", appeals_page, access=DECIDE),
    page("GET", "/appeals/<uuid:id>", appeal_page, access=DECIDE),
    page("POST", "/appeals/<uuid:id>", decide_appeal, access=DECIDE),
)
