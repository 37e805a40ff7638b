"""Pages of moderation: the board, a day of the past, one journal as its moderator sees it; the teacher's answer."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid, NotFound
from chassis.routes import page
from ejournal.escalation import service as escalation
from ejournal.forms import refuse
from ejournal.journal import access, grid, windows
from ejournal.journal import service as journals
from ejournal.journal import wording as journal_wording
from ejournal.moderation import board, rules, service, wording
from ejournal.moderation.schemas import AnswerForm, ExplainForm, RemarkForm
from ejournal.teaching import service as teaching

BOARD = "ejournal.board.read"
MODERATE = "ejournal.journal.moderate"
BOARD_PATH = "/journal/moderation"


def board_page(ctx: Context) -> Any:
    """Show what is late, missing, reopened and remarked, by department, as it stands now."""
    lines = board.departments(ctx.session, reader=access.reader(ctx))
    return _board(ctx, lines, day=None, late=_late(ctx))


def _late(ctx: Context, journal_id: UUID | None = None) -> list[dict[str, Any]]:
    rows = board.late_columns(ctx.session, reader=access.reader(ctx), journal_id=journal_id)
    told = escalation.told_by_journal(ctx.session, journal_ids={row.journal_id for row in rows})
    policy, today = windows.get_policy(ctx.session), clock.today()
    return [wording.late(row, policy, today, told.get(row.journal_id, ())) for row in rows]


def day_page(ctx: Context, day: str) -> Any:
    """Show the frozen figures of a day."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    lines = board.day_figures(ctx.session, day=asked, reader=access.reader(ctx))
    if not lines:
        raise NotFound
    return _board(ctx, lines, day=asked, late=[])


def _board(ctx: Context, lines: list[dict[str, Any]], *, day: date | None, late: list[Any]) -> Any:
    return ctx.render(
        "ejournal/moderation/board.html",
        lines=[(wording.department(line), line) for line in lines],
        total=rules.total(lines),
        chart=wording.chart(lines),
        late=late,
        most=board.MOST_LATE,
        day=day,
        days=board.list_days(ctx.session),
        crumbs=[(_("Journals"), "/journal/"), (_("Board of the journals"), None)],
    )


def moderated_page(ctx: Context, id: UUID) -> Any:
    """Show a journal as its moderator sees it: what is late, remarks, unusual entries."""
    return _moderated(ctx, id, Form())


def _moderated(ctx: Context, id: UUID, form: Form) -> Any:
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=reader, writer=ctx.can(MODERATE))
    found = service.find_unusual(ctx.session, head=head)
    names = teaching.names(ctx.session, ids=service.people_of(found))
    titles = {one["id"]: journal_wording.full_title(one) for one in head.columns}
    return ctx.render(
        "ejournal/moderation/journal.html",
        head=head,
        form=form,
        moderates=head.writable,
        titles=titles,
        options=list(titles.items()),
        late=_late(ctx, id),
        remarks=service.list_remarks(ctx.session, journal_id=id),
        findings=[(one, wording.sentence(one, names), words) for one, words in found],
        crumbs=[(_("Board of the journals"), BOARD_PATH), (grid.title(head), None)],
    )


def remark(ctx: Context, id: UUID) -> Any:
    """Make a remark, or return a column to the teacher."""
    form = ctx.form(RemarkForm)
    if form.valid:
        try:
            with access.refusals_audited(ctx, id):
                service.remark(ctx.session, journal_id=id, data=form.data, reader=access.reader(ctx))
        except Invalid as refused:
            refuse(form, refused)
        else:
            ctx.flash(_("The teacher sees the remark on the page of the journal."))
            return ctx.redirect("moderation.moderated_page", id=id)
    return _moderated(ctx, id, form), 422


def explain(ctx: Context, id: UUID) -> Any:
    """Note that something found is explained."""
    form = ctx.form(ExplainForm)
    if not form.valid:
        ctx.flash(_("Say in a few words why it is not unusual."), "err")
        return ctx.redirect("moderation.moderated_page", id=id)
    with access.refusals_audited(ctx, id):
        service.explain(ctx.session, journal_id=id, reader=access.reader(ctx), **form.data)
    ctx.flash(_("Noted: explained, not unusual."))
    return ctx.redirect("moderation.moderated_page", id=id)


def answer(ctx: Context, id: UUID) -> Any:
    """Answer a remark on my journal."""
    form = ctx.form(AnswerForm)
    if not form.valid:
        raise Invalid(_("Say in a few words what was done."))
    answered = service.answer(ctx.session, id=id, reader=access.reader(ctx), **form.data)
    ctx.flash(_("The quality unit sees your answer."))
    return ctx.redirect("journal.journal_page", id=answered.journal_id)


ROUTES = (
    page("GET", "/moderation", board_page, access=BOARD),
    page("GET", "/moderation/days/<day>", day_page, access=BOARD),
    page("GET", "/moderation/journals/<uuid:id>", moderated_page, access=BOARD),
    page("POST", "/moderation/journals/<uuid:id>/remarks", remark, access=MODERATE),
    page("POST", "/moderation/journals/<uuid:id>/explained", explain, access=MODERATE),
    page("POST", "/remarks/<uuid:id>/answer", answer, access="ejournal.cell.write"),
)
