"""Open journals by themselves, and keep them in step with assignments, rosters, periods and the timetable.

Events of different feeds may come in any order: whatever comes, `refresh` rebuilds the journal from all that is known.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, delete, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import new_id
from chassis.outbox import record
from ejournal.control.service import RuleBook, get_book, read_book
from ejournal.integrity import service as integrity
from ejournal.journal.columns import keep_columns
from ejournal.journal.model import JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.rules import Column, all_results, shown_results
from ejournal.teaching.model import GROUP, LESSON_LIST, PERIOD

FEED = "ejournal/marks"
KEEP_RESULTS = text("""
    UPDATE sheet_row AS r SET results = new.results, shown_results = new.shown
    FROM unnest(cast(:people AS uuid[]), cast(:results AS jsonb[]), cast(:shown AS jsonb[])) AS new (person_id, results, shown)
    WHERE r.journal_id = :journal AND r.person_id = new.person_id
""")
TURN = text("SELECT pg_advisory_xact_lock(hashtext('ejournal.journal'))")
LEAVE = text("""
    UPDATE sheet_row SET active = false
    WHERE journal_id = :journal AND active AND person_id <> ALL (cast(:people AS uuid[]))
""")
ENROL = text("""
    INSERT INTO sheet_row AS r (journal_id, person_id, position, active, cells, results, shown_results)
    SELECT :journal, new.person_id, new.position, true, '{}', '{}', '{}'
    FROM unnest(cast(:people AS uuid[]), cast(:positions AS int[])) AS new (person_id, position)
    ON CONFLICT (journal_id, person_id) DO UPDATE SET position = excluded.position, active = true
    WHERE r.position <> excluded.position OR NOT r.active
""")


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
        select(JOURNAL.c.id).where(JOURNAL.c.assignment_id == assignment_id).with_for_update()
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
    journal = (
        session.execute(select(JOURNAL).where(JOURNAL.c.id == journal_id).with_for_update()).mappings().one()
    )
    period = _find(session, PERIOD, PERIOD.c.period_id == journal["period_id"])
    group = _find(session, GROUP, GROUP.c.group_id == journal["group_id"])
    lessons = session.scalar(
        select(LESSON_LIST.c.lessons).where(LESSON_LIST.c.assignment_id == journal["assignment_id"])
    )
    columns = keep_columns(session, journal_id=journal_id, lessons=lessons or [], period=period)
    if group is not None:
        _enrol(session, journal_id, group["roster"])
    # A mark is always computed by the rules of its own period: a set once chosen stays, and is chosen from what is adopted now.
    book = get_book(session, rule_set=journal["rule_set"]) if journal["rule_set"] else read_book(session)
    rule_set = journal["rule_set"] or (book.on(period["starts"]).code if period else None)
    if rule_set:
        recompute(session, journal_id=journal_id, columns=columns, book=book, rule_set=rule_set)
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == journal_id)
        .values(columns=columns, rule_set=rule_set, revision=JOURNAL.c.revision + 1)
    )


def _find(session: Session, table: Any, condition: ColumnElement[bool]) -> RowMapping | None:
    return session.execute(select(table).where(condition)).mappings().one_or_none()


def keep_roster(session: Session, *, group_id: UUID) -> None:
    """Bring the journals of a group to its present list of learners; columns and marks stay as they are."""
    group = _find(session, GROUP, GROUP.c.group_id == group_id)
    ours = JOURNAL.c.group_id == group_id
    journals = session.execute(
        select(JOURNAL.c.id, JOURNAL.c.columns, JOURNAL.c.rule_set)
        .where(ours)
        .order_by(JOURNAL.c.id)
        .with_for_update()
    ).all()
    if group is None or not journals:
        return
    for journal in journals:
        book = get_book(session, rule_set=journal.rule_set)
        _enrol(session, journal.id, group["roster"])
        if journal.rule_set:
            recompute(
                session,
                journal_id=journal.id,
                columns=journal.columns,
                book=book,
                rule_set=journal.rule_set,
                fresh_only=True,
            )
    session.execute(update(JOURNAL).where(ours).values(revision=JOURNAL.c.revision + 1))


def _enrol(session: Session, journal_id: UUID, roster: Iterable[Mapping[str, Any]]) -> None:
    """Put the group's learners into the journal; who left the group keeps the row, out of the list."""
    people = {UUID(place["person_id"]): place["position"] for place in roster}
    given = {"journal": journal_id, "people": list(people), "positions": list(people.values())}
    session.execute(LEAVE, given)
    session.execute(ENROL, given)


def recompute(
    session: Session,
    *,
    journal_id: UUID,
    columns: Sequence[Column],
    book: RuleBook,
    rule_set: str,
    fresh_only: bool = False,
) -> None:
    """Compute the results of every learner of a journal anew, or of the newly enrolled, and keep them in one statement."""
    which = (SHEET_ROW.c.journal_id == journal_id) & (SHEET_ROW.c.results == {} if fresh_only else true())
    rows = session.execute(select(SHEET_ROW.c.person_id, SHEET_ROW.c.cells).where(which)).all()
    rules, letters = book.sets[rule_set], book.letters
    session.execute(
        KEEP_RESULTS,
        {
            "journal": journal_id,
            "people": [person for person, _cells in rows],
            "results": [json.dumps(all_results(cells, columns, letters, rules)) for _person, cells in rows],
            "shown": [json.dumps(shown_results(cells, columns, letters, rules)) for _person, cells in rows],
        },
    )


def touch_person(session: Session, *, person_id: UUID) -> None:
    """Note that the pages with a person's name have changed."""
    learns = select(SHEET_ROW.c.journal_id).where(SHEET_ROW.c.person_id == person_id)
    teaches = select(TEACHER.c.journal_id).where(TEACHER.c.person_id == person_id)
    _touch(session, or_(JOURNAL.c.id.in_(learns), JOURNAL.c.id.in_(teaches)))


def touch_discipline(session: Session, *, discipline_id: UUID) -> None:
    """Note that the pages with a discipline's title have changed."""
    _touch(session, JOURNAL.c.discipline_id == discipline_id)


def _touch(session: Session, condition: ColumnElement[bool]) -> None:
    session.execute(update(JOURNAL).where(condition).values(revision=JOURNAL.c.revision + 1))
