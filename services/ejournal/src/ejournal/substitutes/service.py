"""Use cases of substitution: appoint for dated lessons, withdraw, list."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid, NotFound
from ejournal.integrity import service as integrity
from ejournal.journal import grid, windows
from ejournal.journal import service as journals
from ejournal.journal.lessons_model import LessonRecord
from ejournal.journal.model import CELL_CHANGE, COLUMN, JOURNAL, TEACHER
from ejournal.journal.problems import JournalClosed
from ejournal.journal.rules import Column
from ejournal.journal.service import Reader
from ejournal.journal.substitutes import Substitution
from ejournal.lessons import rules as lessons_rules
from ejournal.substitutes import rules
from ejournal.substitutes.problems import AlreadySubstituted, AlreadyWithdrawn, HasWritten
from ejournal.teaching.model import DISCIPLINE, GROUP, LESSON_LIST, PERSON

_SUBSTITUTE, _APPOINTER = aliased(PERSON), aliased(PERSON)
LINES = (
    select(
        *Substitution.__table__.c,
        COLUMN.c.kind,
        COLUMN.c.lesson_kind,
        COLUMN.c.date,
        COLUMN.c.pair,
        DISCIPLINE.c.title.label("discipline"),
        GROUP.c.code.label("group"),
        *(_SUBSTITUTE.c[name] for name in ("family_name", "given_name", "patronymic")),
        _APPOINTER.c.family_name.label("by_family"),
        _APPOINTER.c.given_name.label("by_given"),
        _APPOINTER.c.patronymic.label("by_patronymic"),
    )
    .join(COLUMN, COLUMN.c.id == Substitution.column_id)
    .join(JOURNAL, JOURNAL.c.id == Substitution.journal_id)
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(_SUBSTITUTE, _SUBSTITUTE.c.person_id == Substitution.person_id)
    .outerjoin(_APPOINTER, _APPOINTER.c.person_id == Substitution.appointed_by)
)


def list_query(*, reader: Reader) -> Select[Any]:
    """Make the query of the appointments on journals in the reader's scope, the latest lesson first."""
    query = LINES.where(journals.within(reader))
    return query.order_by(COLUMN.c.date.desc(), COLUMN.c.pair.desc(), Substitution.appointed_at.desc())


def list_of_journal(session: Session, *, journal_id: UUID) -> Sequence[AnyRow]:
    """List all appointments of a journal, by date of the lesson."""
    query = LINES.where(Substitution.journal_id == journal_id)
    return session.execute(query.order_by(COLUMN.c.date, COLUMN.c.pair, Substitution.appointed_at)).all()


def list_candidates(session: Session, *, journal_id: UUID, but: UUID) -> Sequence[AnyRow]:
    """List who may be appointed: teachers of the academy who neither teach in this journal nor appoint."""
    teaches = select(TEACHER.c.person_id).where(TEACHER.c.journal_id == journal_id)
    query = select(PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic).where(
        PERSON.c.kind == "teacher",
        PERSON.c.status == "active",
        PERSON.c.person_id.not_in(teaches),
        PERSON.c.person_id != but,
    )
    return session.execute(query.order_by(PERSON.c.sort_key, PERSON.c.person_id)).all()


def list_open(session: Session, head: AnyRow) -> list[Column]:
    """List the lessons a substitute may be appointed for: still to be held or in their window, and without a substitute."""
    closed = grid.locks(session, head)
    taken = {str(one) for one in session.scalars(_present(head.id))}
    return [column for column in head.columns if _is_open(column, closed) and column["id"] not in taken]


def _is_open(column: Column, closed: Mapping[str, str]) -> bool:
    lesson = column["kind"] == "lesson" and column["in_timetable"]
    return lesson and lessons_rules.may_be_written(closed.get(column["id"], ""))


def _present(journal_id: UUID) -> Select[Any]:
    return select(Substitution.column_id).where(
        Substitution.journal_id == journal_id, Substitution.withdrawn_at.is_(None)
    )


def appoint(
    session: Session, *, journal_id: UUID, data: Mapping[str, Any], reader: Reader
) -> list[Substitution]:
    """Appoint a substitute for dated lessons of a journal.

    Args:
        session: the unit of work.
        journal_id: the journal.
        data: `columns`, `person_id`, `order_number`, `order_date`, `reason`, and `until` or None (the end of each lesson's window).
        reader: who appoints, and where.

    Raises:
        NotFound, ForeignJournal: no such journal; it is not in the appointer's scope.
        JournalClosed: the journal takes no marks at all.
        Invalid: somebody cannot substitute, a lesson is none or is over, the term is no term, the order is of a day to come.
        AlreadySubstituted: a lesson has a substitute.
    """
    head = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    if head.status != "active" or head.frozen_at is not None:
        raise JournalClosed
    _check_person(session, head, data["person_id"], reader)
    lessons = _check_lessons(session, head, data["columns"])
    _check_term(session, head, lessons, data)
    _check_free(session, data["person_id"], lessons)
    policy = windows.get_policy(session)
    fixed = {name: data[name] for name in ("person_id", "order_number", "order_date", "reason")}
    made = [
        Substitution(
            journal_id=journal_id,
            column_id=UUID(lesson["id"]),
            until=data["until"] or rules.last_day(lesson, policy),
            appointed_by=reader.person_id,
            appointed_at=clock.now(),
            **fixed,
        )
        for lesson in lessons
    ]
    session.add_all(made)
    session.flush()
    for one in made:
        _note(session, one, "appointed", reader.person_id)
    return made


def _check_person(session: Session, head: AnyRow, person_id: UUID, reader: Reader) -> None:
    if person_id not in {
        row.person_id for row in list_candidates(session, journal_id=head.id, but=reader.person_id)
    }:
        text = _(
            "Choose a teacher of the academy who neither teaches in this journal nor makes this appointment."
        )
        raise Invalid(errors=[FieldError("/person_id", text)])


def _check_lessons(session: Session, head: AnyRow, ids: Sequence[UUID]) -> list[Column]:
    closed, taken = grid.locks(session, head), set(session.scalars(_present(head.id)))
    if taken.intersection(ids):
        raise AlreadySubstituted
    wanted = {str(one) for one in ids}
    found = [column for column in head.columns if column["id"] in wanted and _is_open(column, closed)]
    if len(found) != len(wanted):
        text = _("Choose lessons of this journal that are still to be held or whose window is open.")
        raise Invalid(errors=[FieldError("/columns", text)])
    return found


def _check_term(session: Session, head: AnyRow, lessons: Sequence[Column], data: Mapping[str, Any]) -> None:
    today, policy, until = clock.today(), windows.get_policy(session), data["until"]
    if data["order_date"] > today:
        raise Invalid(errors=[FieldError("/order_date", _("The order is of a day to come."))])
    if until is None:
        return
    words = {
        "past": _("The term is in the past."),
        "before-lesson": _("The term ends before the lesson is held."),
        "too-long": _("The term outlasts the journal."),
    }
    if fault := rules.term_fault(until, lessons, columns=head.columns, today=today, policy=policy):
        raise Invalid(errors=[FieldError("/until", words[fault])])


def _check_free(session: Session, person_id: UUID, lessons: Sequence[Column]) -> None:
    """Refuse somebody who holds another lesson at the same time, by the timetable or as a substitute."""
    for lesson in lessons:
        place = [{"teacher_id": str(person_id), "date": lesson["date"], "pair": lesson["pair"]}]
        busy = select(LESSON_LIST.c.assignment_id).where(LESSON_LIST.c.lessons.contains(place)).exists()
        elsewhere = (
            select(Substitution.id)
            .join(COLUMN, COLUMN.c.id == Substitution.column_id)
            .where(
                Substitution.person_id == person_id,
                Substitution.withdrawn_at.is_(None),
                COLUMN.c.date == date.fromisoformat(lesson["date"]),
                COLUMN.c.pair == lesson["pair"],
            )
            .exists()
        )
        if session.scalar(select(or_(busy, elsewhere))):
            day = format_date(date.fromisoformat(lesson["date"]))
            text = _(
                "This teacher holds another lesson on %(day)s, pair %(pair)s.", day=day, pair=lesson["pair"]
            )
            raise Invalid(errors=[FieldError("/person_id", text)])


def withdraw(session: Session, *, id: UUID, version: int, reader: Reader) -> Substitution:
    """Withdraw an appointment: from now on the substitute opens nothing by it.

    Raises:
        NotFound, ForeignJournal: no such appointment; its journal is not in the scope.
        AlreadyWithdrawn, Conflict: somebody was faster.
        HasWritten: the substitute has held the lesson.
    """
    journal_id = session.scalar(select(Substitution.journal_id).where(Substitution.id == id))
    if journal_id is None:
        raise NotFound
    journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    found = session.get_one(Substitution, id, with_for_update=ROW_LOCK)
    if found.withdrawn_at is not None:
        raise AlreadyWithdrawn
    check_version(found, version)
    if _has_written(session, found):
        raise HasWritten
    found.withdrawn_by, found.withdrawn_at = reader.person_id, clock.now()
    session.flush()
    _note(session, found, "withdrawn", reader.person_id)
    return found


def _has_written(session: Session, one: Substitution) -> bool:
    marks = select(CELL_CHANGE.c.number).where(
        CELL_CHANGE.c.column_id == one.column_id, CELL_CHANGE.c.changed_by == one.person_id
    )
    words = select(LessonRecord.column_id).where(
        LessonRecord.column_id == one.column_id, LessonRecord.written_by == one.person_id
    )
    return bool(session.scalar(select(or_(marks.exists(), words.exists()))))


def _note(session: Session, one: Substitution, act: str, by: UUID) -> None:
    """Leave a row in the audit and an entry in the journal's stream: who may write is part of what is proven."""
    told = {
        "substitution": str(one.id),
        "column": str(one.column_id),
        "person": str(one.person_id),
        "until": one.until.isoformat(),
        "reason": one.reason,
    }
    order = {"order_number": one.order_number, "order_date": one.order_date.isoformat()}
    audit(
        session,
        act=f"ejournal.substitute.{act}",
        subject=f"journal:{one.journal_id}",
        actor=by,
        before=None if act == "appointed" else told,
        after=told if act == "appointed" else None,
        basis=f"№ {one.order_number}, {one.order_date:%d.%m.%Y}",
    )
    integrity.append(
        session, journal_id=one.journal_id, kind=f"substitute.{act}", data=told | order, actor=by
    )
