"""Use cases of a journal's lessons: read them with topic, homework and who held them; write topic and homework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow
from chassis.problems import NotFound
from ejournal.integrity import service as integrity
from ejournal.journal import grid, windows, wording
from ejournal.journal import service as journals
from ejournal.journal.duties_model import DUTY_CELL
from ejournal.journal.lessons_model import LessonRecord
from ejournal.journal.model import CELL, COLUMN, JOURNAL
from ejournal.journal.rules import Column
from ejournal.journal.service import Reader
from ejournal.journal.substitutes import Substitution
from ejournal.lessons import rules
from ejournal.lessons.problems import LessonChanged, LessonClosed
from ejournal.teaching.model import LESSON_LIST

# A cell the duty roster excused by itself says nothing of whether the lesson was held.
BY_ROSTER = (
    select(DUTY_CELL.c.column_id)
    .where(
        DUTY_CELL.c.column_id == CELL.c.column_id,
        DUTY_CELL.c.person_id == CELL.c.person_id,
        DUTY_CELL.c.version == CELL.c.version,
    )
    .exists()
)
MARKED = (
    select(CELL.c.column_id)
    .where(CELL.c.column_id == COLUMN.c.id, CELL.c.value.is_not(None), ~BY_ROSTER)
    .exists()
)
LINES = (
    select(
        COLUMN.c.id,
        COLUMN.c.lesson_id,
        MARKED.label("marked"),
        LessonRecord.topic,
        LessonRecord.homework,
        LessonRecord.version,
        LessonRecord.written_by,
        Substitution.person_id.label("substitute"),
    )
    .outerjoin(LessonRecord, LessonRecord.column_id == COLUMN.c.id)
    .outerjoin(Substitution, (Substitution.column_id == COLUMN.c.id) & Substitution.withdrawn_at.is_(None))
    .where(COLUMN.c.kind == "lesson")
)


@dataclass(frozen=True)
class Lesson:
    """A lesson of a journal: its column, what was written, what has become of it, and why it takes no entries (empty: it does)."""

    column: Column
    topic: str
    homework: str
    version: int
    written_by: UUID | None
    held_by: UUID | None
    substituted: bool
    state: str
    closed: str

    @property
    def open(self) -> bool:
        """Whether topic and homework may be written today."""
        return rules.may_be_written(self.closed)


@dataclass(frozen=True)
class Book:
    """The lessons of a journal in the order of their dates, with hours by kind and the hours of the working curriculum."""

    lessons: Sequence[Lesson]
    hours: Sequence[rules.Hours]
    curriculum: int


def read_book(session: Session, *, head: AnyRow) -> Book:
    """Read every lesson of a journal, given its head; a lesson is held by its substitute, else by who has it in the timetable."""
    policy, today = windows.get_policy(session), clock.today()
    closed = grid.locks(session, head)
    plan = session.execute(
        select(JOURNAL.c.hours, LESSON_LIST.c.lessons)
        .outerjoin(LESSON_LIST, LESSON_LIST.c.assignment_id == JOURNAL.c.assignment_id)
        .where(JOURNAL.c.id == head.id)
    ).one()
    teachers = {one["lesson_id"]: one["teacher_id"] for one in plan.lessons or ()}
    columns = {one["id"]: one for one in head.columns}
    made, counted = [], []
    for row in session.execute(LINES.where(COLUMN.c.journal_id == head.id)):
        column = columns[str(row.id)]
        day = date.fromisoformat(column["date"])
        known = rules.Lesson(
            column["lesson_kind"],
            day,
            column["in_timetable"],
            row.marked,
            row.topic or "",
            policy.is_day_off(day),
        )
        counted.append(known)
        teacher = teachers.get(str(row.lesson_id))
        holder = row.substitute or (UUID(teacher) if teacher else row.written_by)
        made.append(_lesson(column, row, holder, rules.state(known, today), closed.get(column["id"], "")))
    made.sort(key=lambda one: (one.column["date"], one.column["pair"] or 0))
    return Book(made, rules.hours(counted, today), plan.hours)


def _lesson(column: Column, row: AnyRow, holder: UUID | None, state: str, closed: str) -> Lesson:
    return Lesson(
        column=column,
        topic=row.topic or "",
        homework=row.homework or "",
        version=row.version or 0,
        written_by=row.written_by,
        held_by=holder,
        substituted=row.substitute is not None,
        state=state,
        closed=closed,
    )


def get_lesson_or_raise(book: Book, column_id: UUID) -> Lesson:
    """Get a lesson from a journal's book.

    Raises:
        NotFound: the journal has no such lesson.
    """
    for lesson in book.lessons:
        if lesson.column["id"] == str(column_id):
            return lesson
    raise NotFound


def write_lesson(
    session: Session, *, journal_id: UUID, column_id: UUID, data: Mapping[str, Any], reader: Reader
) -> LessonRecord:
    """Write topic and homework of a lesson; what stands already is no change and makes no version.

    Args:
        session: the unit of work.
        journal_id: the journal.
        column_id: the lesson's column.
        data: `topic`, `homework`, and the `version` they were typed over, 0 when nothing was written.
        reader: who writes, and where this person may.

    Raises:
        NotFound: no such journal or lesson.
        ForeignJournal: the journal is another teacher's (clause 12).
        LessonClosed: the lesson takes no entries today.
        LessonChanged: a colleague wrote first.
    """
    head = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True, substitute=True)
    column = journals.get_column_or_raise(head, column_id)
    if column["kind"] != "lesson":
        raise NotFound
    reason = grid.locks(session, head).get(column["id"], "")
    if not rules.may_be_written(reason):
        raise LessonClosed(wording.closed(reason))
    record = session.get(LessonRecord, column_id)
    before = {name: getattr(record, name) if record else "" for name in ("topic", "homework")}
    after = {name: data[name].strip() for name in before}
    if record and before == after:
        return record
    version = record.version if record else 0
    if data["version"] != version:
        raise LessonChanged(
            extra={"expected_version": data["version"], "current_version": version, "current": before}
        )
    if record is None:
        record = LessonRecord(column_id=column_id, journal_id=journal_id)
        session.add(record)
    record.topic, record.homework = after["topic"], after["homework"]
    record.written_by, record.written_at = reader.person_id, clock.now()
    session.flush()
    _note(session, record, before, after)
    return record


def _note(session: Session, record: LessonRecord, before: dict[str, str], after: dict[str, str]) -> None:
    """Leave a row in the audit and an entry in the journal's stream."""
    column = str(record.column_id)
    audit(
        session,
        act="ejournal.lesson.written",
        subject=f"journal:{record.journal_id}",
        actor=record.written_by,
        before={"column": column, **before},
        after={"column": column, **after},
    )
    integrity.append(
        session,
        journal_id=record.journal_id,
        kind="lesson.written",
        data={"column": column, "version": record.version, **after},
        actor=record.written_by,
    )


def in_term(lessons: Sequence[Lesson], first: date | None, last: date | None) -> list[Lesson]:
    """Keep the lessons from a day to a day, both included; None is no limit."""
    low, high = first.isoformat() if first else "", last.isoformat() if last else "9999"
    return [one for one in lessons if low <= one.column["date"] <= high]
