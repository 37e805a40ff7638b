"""Find and read journals, within what the reader may see."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session, aliased

from chassis import clock
from chassis.db import AnyRow
from chassis.permissions import NOWHERE, Scopes
from chassis.problems import NotFound
from chassis.questions import Question
from ejournal.journal import substitutes
from ejournal.journal.lessons_model import LessonRecord
from ejournal.journal.model import CELL_CHANGE, JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.problems import ForeignJournal
from ejournal.journal.remarks_model import Remark
from ejournal.journal.rules import Cells, Column
from ejournal.journal.rules_membership import Span, outside
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON

MOST_CHANGES = 2000
HEAD = (
    select(
        JOURNAL.c.id,
        JOURNAL.c.status,
        JOURNAL.c.rule_set,
        JOURNAL.c.columns,
        JOURNAL.c.revision,
        JOURNAL.c.control,
        JOURNAL.c.credits,
        JOURNAL.c.group_id,
        JOURNAL.c.period_id,
        JOURNAL.c.stream_number,
        JOURNAL.c.stream_digest,
        JOURNAL.c.reopened_until,
        JOURNAL.c.frozen_at,
        DISCIPLINE.c.title.label("discipline"),
        GROUP.c.code.label("group"),
        PERIOD.c.title.label("period"),
    )
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
)
# What a save needs of it; what is not asked for is not joined.
HEAD_OF_WRITE = HEAD.with_only_columns(
    *(
        JOURNAL.c[name]
        for name in ("id", "status", "rule_set", "columns", "revision", "group_id", "period_id")
    ),
    *(JOURNAL.c[name] for name in ("stream_number", "stream_digest", "reopened_until", "frozen_at")),
    DISCIPLINE.c.title.label("discipline"),
    maintain_column_froms=True,
)
ROWS = (
    select(
        SHEET_ROW.c.person_id,
        SHEET_ROW.c.position,
        SHEET_ROW.c.cells,
        SHEET_ROW.c.results,
        SHEET_ROW.c.shown_results,
        SHEET_ROW.c.spans,
        SHEET_ROW.c.carried,
        PERSON.c.family_name,
        PERSON.c.given_name,
    )
    .outerjoin(PERSON, PERSON.c.person_id == SHEET_ROW.c.person_id)
    .order_by(SHEET_ROW.c.position, PERSON.c.sort_key)
)
# In the same statement as the row: a learner's own page asks for nothing more (performance.md P5).
WORDS = (
    select(
        func.jsonb_object_agg(
            cast(LessonRecord.column_id, String),
            func.jsonb_build_array(LessonRecord.topic, LessonRecord.homework),
        )
    )
    .where(
        LessonRecord.journal_id == JOURNAL.c.id, or_(LessonRecord.topic != "", LessonRecord.homework != "")
    )
    .scalar_subquery()
    .correlate(JOURNAL)
)


ASKED = bindparam("journal", type_=Uuid)
OWN = tuple(SHEET_ROW.c[name] for name in ("cells", "shown_results", "spans", "carried"))
OWN_HEAD = (
    HEAD.add_columns(*OWN, WORDS.label("lessons"))
    .join(SHEET_ROW, SHEET_ROW.c.journal_id == JOURNAL.c.id)
    .where(SHEET_ROW.c.person_id == bindparam("person", type_=Uuid), JOURNAL.c.id == ASKED)
)
# Of some learners in one value, since a row for each would repeat the journal's columns; JSON as it stands, put together as text.
MEMBERS = select(
    func.json_agg(
        func.json_build_array(*(SHEET_ROW.c[name] for name in ("person_id", "cells", "spans", "carried")))
    ).label("members")
).where(
    SHEET_ROW.c.journal_id == ASKED,
    SHEET_ROW.c.person_id == any_(cast(bindparam("people", type_=String), ARRAY(Uuid))),
    or_(SHEET_ROW.c.active, SHEET_ROW.c.spans != text("'[]'")),
)
MEMBERS_NOW = Question(MEMBERS)
BEFORE = JOURNAL.alias("before")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Member(NamedTuple):
    """What stands of a learner in a journal: cells, the days by orders, and what came along from a former journal."""

    cells: Cells
    spans: Sequence[Span]
    carried: Mapping[str, Any]


@dataclass(frozen=True)
class Reader:
    """Who reads or writes, and where the permission asked for holds."""

    person_id: UUID
    scopes: Scopes


def within(reader: Reader) -> ColumnElement[bool]:
    """Make the condition that a journal (joined as in `HEAD`) is in the reader's scope.

    `assigned` means: a teacher of this very journal (clause 12).
    """
    return _within(reader.person_id, reader.scopes)


def _within(person: Any, scopes: Scopes) -> ColumnElement[bool]:
    mine = select(TEACHER.c.journal_id).where(
        TEACHER.c.journal_id == JOURNAL.c.id, TEACHER.c.person_id == person
    )
    return scopes.where(
        {
            "assigned": mine.exists(),
            "department": DISCIPLINE.c.department_code,
            "faculty": GROUP.c.faculty_code,
            "group": GROUP.c.code,
            "discipline": DISCIPLINE.c.code,
        }
    )


def list_query(*, reader: Reader) -> Select[Any]:
    """Make the query of the reader's journals: the latest period first, then by discipline and group."""
    return HEAD.where(within(reader)).order_by(
        PERIOD.c.starts.desc().nulls_last(), DISCIPLINE.c.code, GROUP.c.code, JOURNAL.c.id
    )


def get_or_raise(
    session: Session,
    *,
    journal_id: UUID,
    reader: Reader,
    writer: Scopes = NOWHERE,
    lock: bool = False,
    substitute: bool = False,
    people: Collection[str] | None = None,
) -> AnyRow:
    """Get the head of a journal, locked against other writers when it is going to be changed.

    Args:
        session: the unit of work.
        journal_id: the journal.
        reader: who asks, and where this person may.
        writer: where the same person may write; the row's `writable` tells whether here, which the rating statement ends.
        lock: take the journal's lock.
        substitute: let in who is appointed for dated lessons of it too; then the row's `dated_only` names the columns this
            person writes in, and is None for everybody else.
        people: ids of learners to read along; then `list_asked` has their rows.

    Raises:
        NotFound: there is no such journal.
        ForeignJournal: there is, but not for this reader.
    """
    query = _head_query(reader.scopes, writer, substitute, lock, people is not None)
    asked = {
        "journal": journal_id,
        "person": reader.person_id,
        "today": clock.today(),
        "people": _array(people),
    }
    row = query.first(session, asked)
    if row is None:
        raise NotFound
    if not row.allowed:
        raise ForeignJournal(extra={"journal_id": str(journal_id)})
    return row


@lru_cache(1024)
def _head_query(seeing: Scopes, writing: Scopes, substitute: bool, lock: bool, along: bool) -> Question:
    """Make the query of a head, once for all who have the same scopes: writing it down costs more than asking it."""
    person = bindparam("person", type_=Uuid)
    seen, writes = _within(person, seeing), _within(person, writing)
    dated_only: ColumnElement[Any] = null()
    mine = substitutes.dated(person_id=person, today=bindparam("today", type_=Date))
    acting = writing or seeing
    if appointed := substitute and acting.holds("assigned"):
        seen = or_(seen, mine.c.columns.is_not(None)) if seeing.holds("assigned") else seen
        writes = or_(writes, mine.c.columns.is_not(None)) if writing else writes
        dated_only = case((_within(person, acting), null()), else_=mine.c.columns)
    query = (
        (HEAD_OF_WRITE if along else HEAD)
        .add_columns(
            seen.label("allowed"),
            and_(writes, JOURNAL.c.frozen_at.is_(None)).label("writable"),
            dated_only.label("dated_only"),
        )
        .where(JOURNAL.c.id == ASKED)
    )
    query = query.outerjoin(mine, true()) if appointed else query
    if along:
        was = select(BEFORE.c.revision).where(BEFORE.c.id == ASKED).scalar_subquery()
        query = query.add_columns(MEMBERS.scalar_subquery().label("members"), was.label("was"))
    return Question(query.with_for_update(key_share=True, of=JOURNAL) if lock else query)


def _array(ids: Collection[str] | None) -> str:
    """Write ids as an array of PostgreSQL; what is no id is nobody's."""
    return "{" + ",".join(one for one in ids or () if ID.fullmatch(one)) + "}"


def list_asked(session: Session, *, head: AnyRow, people: Collection[str]) -> dict[str, Member]:
    """List the learners asked for with a head, by id, who stand in the journal on any day.

    A statement sees what was committed when it began, but of the row it waited for, the journal's, the latest state. So a save
    that waited for another tells it by the revision, and reads the learners anew, now that the journal is its own.
    """
    told = head.members
    if head.was != head.revision:
        row = MEMBERS_NOW.first(session, {"journal": head.id, "people": _array(people)})
        told = row.members if row else None
    return {person: Member(*stands) for person, *stands in told or ()}


def list_rows(session: Session, *, journal_id: UUID) -> Sequence[AnyRow]:
    """List the learners of a journal with cells and results, in the order of the roster."""
    return session.execute(ROWS.where(SHEET_ROW.c.journal_id == journal_id, SHEET_ROW.c.active)).all()


def list_leavers(session: Session, *, journal_id: UUID) -> Sequence[AnyRow]:
    """List the learners whom an order took out of the journal, or is going to bring in; their marks stay readable."""
    query = ROWS.where(SHEET_ROW.c.journal_id == journal_id, ~SHEET_ROW.c.active, SHEET_ROW.c.spans != [])
    return session.execute(query).all()


def list_members(session: Session, *, journal_id: UUID, column: Column) -> Sequence[AnyRow]:
    """List the learners who stand in the journal on the day of a column: those on the list, and who has left since."""
    listed = list_rows(session, journal_id=journal_id)
    left = list_leavers(session, journal_id=journal_id)
    return [*listed, *(row for row in left if outside(row.spans, column["date"]) is None)]


def get_column_or_raise(head: AnyRow, column_id: UUID) -> Column:
    """Get a column of a journal from its head.

    Raises:
        NotFound: the journal has no such column.
    """
    for column in head.columns:
        if column["id"] == str(column_id):
            found: Column = column
            return found
    raise NotFound


def list_teachers(session: Session, *, journal_id: UUID) -> Sequence[AnyRow]:
    """List the names of a journal's teachers."""
    query = (
        select(PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic)
        .join(TEACHER, TEACHER.c.person_id == PERSON.c.person_id)
        .where(TEACHER.c.journal_id == journal_id)
        .order_by(PERSON.c.sort_key)
    )
    return session.execute(query).all()


def list_changes(session: Session, *, journal_id: UUID, column_id: UUID, person_id: UUID) -> Sequence[AnyRow]:
    """List who changed a cell, when, from what to what; the latest first."""
    query = (
        select(
            CELL_CHANGE.c.version,
            CELL_CHANGE.c.old_value,
            CELL_CHANGE.c.new_value,
            CELL_CHANGE.c.changed_at,
            CELL_CHANGE.c.changed_by,
            PERSON.c.family_name,
            PERSON.c.given_name,
            PERSON.c.patronymic,
        )
        .outerjoin(PERSON, PERSON.c.person_id == CELL_CHANGE.c.changed_by)
        .where(
            and_(
                CELL_CHANGE.c.journal_id == journal_id,
                CELL_CHANGE.c.column_id == column_id,
                CELL_CHANGE.c.person_id == person_id,
            )
        )
        .order_by(CELL_CHANGE.c.version.desc())
    )
    return session.execute(query).all()


def list_remarks(session: Session, *, journal_id: UUID) -> Sequence[Remark]:
    """List the remarks of a journal that wait for an answer, the oldest first."""
    query = select(Remark).where(Remark.journal_id == journal_id, Remark.answered_by.is_(None))
    return session.scalars(query.order_by(Remark.made_at)).all()


def list_column_changes(session: Session, *, column_id: UUID) -> Sequence[AnyRow]:
    """List every change of a column: whose cell, by whom, when, from what to what; the latest first."""
    by = aliased(PERSON)
    query = (
        select(
            CELL_CHANGE.c.version,
            CELL_CHANGE.c.old_value,
            CELL_CHANGE.c.new_value,
            CELL_CHANGE.c.changed_at,
            PERSON.c.family_name,
            PERSON.c.given_name,
            by.c.family_name.label("by_family"),
            by.c.given_name.label("by_given"),
            by.c.patronymic.label("by_patronymic"),
        )
        .outerjoin(PERSON, PERSON.c.person_id == CELL_CHANGE.c.person_id)
        .outerjoin(by, by.c.person_id == CELL_CHANGE.c.changed_by)
        .where(CELL_CHANGE.c.column_id == column_id)
        .order_by(CELL_CHANGE.c.number.desc())
        .limit(MOST_CHANGES)
    )
    return session.execute(query).all()


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List the journals a learner stands in, with the row of the learner; the latest period first."""
    query = (
        HEAD.add_columns(*OWN)
        .join(SHEET_ROW, SHEET_ROW.c.journal_id == JOURNAL.c.id)
        .where(SHEET_ROW.c.person_id == person_id, or_(SHEET_ROW.c.active, SHEET_ROW.c.cells != {}))
        .order_by(PERIOD.c.starts.desc().nulls_last(), DISCIPLINE.c.code)
    )
    return session.execute(query).all()


def get_own_or_raise(session: Session, *, journal_id: UUID, person_id: UUID) -> AnyRow:
    """Get one journal of a learner with the learner's own row; `lessons` has [topic, homework] by column id, or is None.

    Raises:
        NotFound: the learner does not stand in such a journal.
    """
    row = session.execute(OWN_HEAD, {"person": person_id, "journal": journal_id}).one_or_none()
    if row is None:
        raise NotFound
    return row
