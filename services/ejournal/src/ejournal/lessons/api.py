"""Operations of lessons and hours."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.routes import api
from ejournal.journal import access
from ejournal.journal import service as journals
from ejournal.lessons import hours, service
from ejournal.lessons.schemas import HoursQuery, JournalsHours, LessonIn, LessonOut, LessonsOut, TermQuery
from ejournal.lessons.service import Lesson

READ = "ejournal.journal.read"
WRITE = "ejournal.cell.write"


def list_lessons(ctx: Context, id: UUID) -> dict[str, Any]:
    """List the lessons of a journal from a day to a day, with topic, homework, who held them, and the journal's hours."""
    with access.refusals_audited(ctx, id):
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=access.reader(ctx), substitute=True)
    book = service.read_book(ctx.session, head=head)
    chosen = service.in_term(book.lessons, ctx.query.get("since"), ctx.query.get("until"))
    return {
        "items": [_told(one) for one in chosen],
        "hours": book.hours,
        "curriculum_hours": book.curriculum,
    }


def _told(lesson: Lesson) -> dict[str, Any]:
    column = lesson.column
    names = ("topic", "homework", "version", "state", "held_by", "substituted", "open")
    told = {name: getattr(lesson, name) for name in names}
    place = {name: column[name] for name in ("date", "pair", "half")}
    return {"column_id": column["id"], "kind": column["lesson_kind"], **place, **told}


def write_lesson(ctx: Context, id: UUID, column_id: UUID) -> dict[str, Any]:
    """Write topic and homework of a lesson.

    What stands already is no change. Another version than the present one: 409 with both versions and, in `current`, what stands.
    """
    reader = access.reader(ctx)
    with access.refusals_audited(ctx, id):
        service.write_lesson(ctx.session, journal_id=id, column_id=column_id, data=ctx.body, reader=reader)
        head = journals.get_or_raise(ctx.session, journal_id=id, reader=reader, substitute=True)
    return _told(service.get_lesson_or_raise(service.read_book(ctx.session, head=head), column_id))


def list_hours(ctx: Context) -> dict[str, Any]:
    """List hours planned and held of the journals of a period in my scope, those with most hours missing first."""
    period = ctx.query.get("period_id") or hours.present(hours.list_periods(ctx.session))
    lines = hours.list_journals(ctx.session, reader=access.reader(ctx), period_id=period) if period else []
    department = ctx.query.get("department", "")
    return {
        "period_id": period and str(period),
        "items": [
            {
                "journal_id": one.id,
                "discipline": one.title,
                "group": one.group,
                "department": one.department,
                "curriculum_hours": one.curriculum,
                "planned": one.hours.planned,
                "held": one.hours.held,
                "missing": one.hours.missing,
                "percent": one.percent,
            }
            for one in lines
            if department in ("", one.department)
        ],
    }


ROUTES = (
    api("GET", "/journals/<uuid:id>/lessons", list_lessons, access=READ, query=TermQuery, answer=LessonsOut),
    api("PUT", "/journals/<uuid:id>/lessons/<uuid:column_id>", write_lesson, access=WRITE, body=LessonIn, answer=LessonOut),
    api("GET", "/hours", list_hours, access="ejournal.board.read", query=HoursQuery, answer=JournalsHours),
)  # fmt: skip
