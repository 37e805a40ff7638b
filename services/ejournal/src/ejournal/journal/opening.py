"""Open journals by themselves, and keep them in step with assignments, rosters, periods and the timetable.

Events of different feeds may come in any order: whatever comes, `refresh` rebuilds the journal from all that is known.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import new_id
from chassis.outbox import record
from ejournal.control.service import get_book, read_book
from ejournal.integrity import service as integrity
from ejournal.journal.columns import keep_columns
from ejournal.journal.membership import enrol
from ejournal.journal.model import JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.results import recompute
from ejournal.teaching.model import GROUP, LESSON_LIST, PERIOD

FEED = "ejournal/marks"
TURN = text("SELECT pg_advisory_xact_lock(hashtext('ejournal.journal'))")


def take_turn(session: Session) -> None:
    """Wait until no other feed is changing journals; held until the unit of work ends."""
    session.execute(TURN)


def keep_assignment(session: Session, *, data: Mapping[str, Any]) -> None:
    """Open the journal of an assignment, or bring it to the assignment's present state.

    A withdrawn assignment closes its journal to writing and keeps every mark; one that was never open stays unopened.
    Records `ejournal.journal.opened.v1` once.
    """
    assignment_id = UUID(data["assignment_id"])
    known = session.scalar(
        select(JOURNAL.c.id).where(JOURNAL.c.assignment_id == assignment_id).with_for_update(key_share=True)
    )
    if known is None and data["status"] != "active":
        return
    journal_id = known or new_id()
    state = {name: UUID(data[name]) for name in ("discipline_id", "group_id", "period_id")} | {
        name: data[name] for name in ("control", "credits", "hours", "status")
    }
    statement = insert(JOURNAL).values(
        id=journal_id, assignment_id=assignment_id, columns=[], opened_at=clock.now(), **state
    )
    session.execute(statement.on_conflict_do_update(index_elements=["assignment_id"], set_=state))
    _keep_teachers(session, journal_id, [UUID(person) for person in data["teachers"]])
    if known is None:
        _record_opened(session, journal_id, data)
    refresh(session, journal_id=journal_id)


def _record_opened(session: Session, journal_id: UUID, data: Mapping[str, Any]) -> None:
    ids = {name: data[name] for name in ("assignment_id", "discipline_id", "group_id", "period_id")}
    payload = {"journal_id": str(journal_id), **ids}
    integrity.begin(session, journal_id=journal_id, data=ids)
    record(
        session,
        "ejournal.journal.opened.v1",
        feed=FEED,
        subject=str(journal_id),
        data=payload,
        subject_version=1,
    )


def _keep_teachers(session: Session, journal_id: UUID, people: Sequence[UUID]) -> None:
    session.execute(
        delete(TEACHER).where(TEACHER.c.journal_id == journal_id, TEACHER.c.person_id.not_in(people))
    )
    if people:
        rows = [{"journal_id": journal_id, "person_id": person} for person in people]
        session.execute(insert(TEACHER).on_conflict_do_nothing(), rows)


def refresh_where(session: Session, *, condition: ColumnElement[bool]) -> None:
    """Refresh every journal that meets a condition, in a fixed order so that two workers cannot wait for each other."""
    for journal_id in session.scalars(select(JOURNAL.c.id).where(condition).order_by(JOURNAL.c.id)).all():
        refresh(session, journal_id=journal_id)


def refresh(session: Session, *, journal_id: UUID) -> None:
    """Rebuild columns, roster and read model of a journal from all that is known."""
    journal = session.execute(
        select(JOURNAL).where(JOURNAL.c.id == journal_id).with_for_update(key_share=True)
    ).one()
    period = _find(session, PERIOD, PERIOD.c.period_id == journal.period_id)
    group = _find(session, GROUP, GROUP.c.group_id == journal.group_id)
    lessons = session.scalar(
        select(LESSON_LIST.c.lessons).where(LESSON_LIST.c.assignment_id == journal.assignment_id)
    )
    columns = keep_columns(session, journal_id=journal_id, lessons=lessons or [], period=period)
    if group is not None:
        enrol(session, journal, group["roster"], period)
    # A mark is always computed by the rules of its own period: a set once chosen stays, and is chosen from what is adopted now.
    book = get_book(session, rule_set=journal.rule_set) if journal.rule_set else read_book(session)
    rule_set = journal.rule_set or (book.on(period["starts"]).code if period else None)
    if rule_set:
        recompute(session, journal_id=journal_id, columns=columns, book=book, rule_set=rule_set)
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == journal_id)
        .values(columns=columns, rule_set=rule_set, revision=JOURNAL.c.revision + 1)
    )


def _find(session: Session, table: Any, condition: ColumnElement[bool]) -> RowMapping | None:
    return session.execute(select(table).where(condition)).mappings().one_or_none()


def touch_people(session: Session, *, people: Collection[UUID]) -> None:
    """Note that the pages with these people's names have changed."""
    learns = select(SHEET_ROW.c.journal_id).where(SHEET_ROW.c.person_id.in_(people))
    teaches = select(TEACHER.c.journal_id).where(TEACHER.c.person_id.in_(people))
    _touch(session, or_(JOURNAL.c.id.in_(learns), JOURNAL.c.id.in_(teaches)))


def touch_discipline(session: Session, *, discipline_id: UUID) -> None:
    """Note that the pages with a discipline's title have changed."""
    _touch(session, JOURNAL.c.discipline_id == discipline_id)


def _touch(session: Session, condition: ColumnElement[bool]) -> None:
    session.execute(update(JOURNAL).where(condition).values(revision=JOURNAL.c.revision + 1))
