"""Pages of a journal's lessons: the list with hours, and the form of one lesson."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.db import AnyRow
from chassis.i18n import gettext as _
from chassis.pages import Form, bind
from chassis.routes import page
from ejournal.journal import access, grid
from ejournal.journal import service as journals
from ejournal.journal import wording as journal_wording
from ejournal.lessons import rules, service, wording
from ejournal.lessons.problems import LessonChanged, LessonClosed
from ejournal.lessons.schemas import LessonIn, TermForm
from ejournal.teaching import service as teaching

READ = "ejournal.journal.read"
WRITE = "ejournal.cell.write"


def lessons_page(ctx: Context, id: UUID) -> Any:
    """Show the lessons of a term with topic, homework and who held them, and hours planned and held."""
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(
            ctx.session, journal_id=id, reader=access.reader(ctx), writer=ctx.can(WRITE), substitute=True
        )
    form = bind(TermForm, ctx.request.args)
    book = service.read_book(ctx.session, head=head)
    chosen = service.in_term(book.lessons, form.data.get("since"), form.data.get("until"))
    return ctx.render(
        "ejournal/lessons/lessons.html",
        head=head,
        form=form,
        lessons=chosen,
        any_lesson=bool(book.lessons),
        names=teaching.names(ctx.session, ids=wording.people(chosen)),
        who=wording.who,
        states=wording.STATES,
        kind_of=wording.kind,
        title_of=journal_wording.full_title,
        hours=book.hours,
        total=rules.total(book.hours),
        curriculum=book.curriculum,
        chart=wording.kinds_chart(book.hours),
        crumbs=_crumbs(head, (_("Lessons"), None)),
    )


def _crumbs(head: AnyRow, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(_("Journals"), "/journal/"), (grid.title(head), f"/journal/journals/{head.id}"), *more]


def lesson_page(ctx: Context, id: UUID, column_id: UUID) -> Any:
    """Show topic and homework of a lesson on their form."""
    return _lesson(ctx, id, column_id, None)


def _lesson(
    ctx: Context, id: UUID, column_id: UUID, form: Form | None, theirs: dict[str, str] | None = None
) -> Any:
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    book = service.read_book(ctx.session, head=head)
    lesson = service.get_lesson_or_raise(book, column_id)
    place = book.lessons.index(lesson)
    standing = {"topic": lesson.topic, "homework": lesson.homework}
    title = journal_wording.full_title(lesson.column)
    return ctx.render(
        "ejournal/lessons/lesson.html",
        head=head,
        lesson=lesson,
        form=form or Form.of(standing),
        theirs=theirs,
        title=title,
        closed=journal_wording.closed(lesson.closed) if not lesson.open else "",
        written_by=teaching.find_name(ctx.session, person_id=lesson.written_by) if lesson.written_by else "",
        before=book.lessons[place - 1] if place else None,
        after=book.lessons[place + 1] if place + 1 < len(book.lessons) else None,
        title_of=journal_wording.full_title,
        crumbs=_crumbs(head, (_("Lessons"), f"/journal/journals/{id}/lessons"), (title, None)),
    )


def write_lesson(ctx: Context, id: UUID, column_id: UUID) -> Any:
    """Write topic and homework of a lesson; what a colleague wrote meanwhile is shown beside one's own words."""
    form = ctx.form(LessonIn)
    if not form.valid:
        return _lesson(ctx, id, column_id, form), 422
    try:
        with access.refusals_audited(ctx, id):
            service.write_lesson(
                ctx.session, journal_id=id, column_id=column_id, data=form.data, reader=access.reader(ctx)
            )
    except LessonChanged as changed:
        return _lesson(ctx, id, column_id, form, changed.extra["current"]), 409
    except LessonClosed as closed:
        return _lesson(ctx, id, column_id, form.refuse("_schema", str(closed.detail))), 409
    ctx.flash(_("Saved."))
    return ctx.redirect("lessons.lessons_page", id=id, _anchor=f"l-{column_id}")


ROUTES = (
    page("GET", "/journals/<uuid:id>/lessons", lessons_page, access=READ),
    page("GET", "/journals/<uuid:id>/lessons/<uuid:column_id>", lesson_page, access=WRITE),
    page("POST", "/journals/<uuid:id>/lessons/<uuid:column_id>", write_lesson, access=WRITE),
)
