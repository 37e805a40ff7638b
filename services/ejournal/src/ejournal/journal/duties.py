"""Excuse the lessons of learners on duty by themselves, and take it back when the duty is withdrawn.

Cells are written as a teacher's are: one version on, into the history and the stream, in the name of the officer who changed the
roster. What a teacher typed stays. Journals that are closed or frozen are left as they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from chassis.db import AnyRow
from ejournal.control.service import get_book
from ejournal.journal import cells, service
from ejournal.journal.duties_model import DUTY, DUTY_CELL
from ejournal.journal.model import COLUMN, JOURNAL, SHEET_ROW
from ejournal.journal.rules import Asked, Verdict
from ejournal.journal.rules_duties import Change, Place, changes, excused


class _Found(NamedTuple):
    """What stands in a journal that duties are about."""

    head: AnyRow
    members: Mapping[str, AnyRow]
    duties: Mapping[tuple[str, str], AnyRow]
    written: Mapping[Place, AnyRow]


def keep_day(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep the roster of a day, and bring the journals with lessons on it to the roster; the caller has the turn of journals."""
    day = date.fromisoformat(data["day"])
    people = [UUID(one["person_id"]) for one in data["duties"]]
    session.execute(delete(DUTY).where(DUTY.c.day == day, DUTY.c.person_id.not_in(people)))
    if people:
        rows = [
            {
                "person_id": UUID(one["person_id"]),
                "day": day,
                "kind": one["kind"],
                "entered_by": UUID(one["entered_by"]),
            }
            for one in data["duties"]
        ]
        statement = insert(DUTY)
        fresh = {name: statement.excluded[name] for name in ("kind", "entered_by")}
        session.execute(
            statement.on_conflict_do_update(index_elements=["person_id", "day"], set_=fresh), rows
        )
    on_day = select(COLUMN.c.journal_id).where(COLUMN.c.date == day, COLUMN.c.kind == "lesson")
    excuse_where(session, condition=JOURNAL.c.id.in_(on_day), by=UUID(data["by"]))


def excuse_where(session: Session, *, condition: ColumnElement[bool], by: UUID | None = None) -> None:
    """Bring the journals that meet a condition to the duty roster, in a fixed order.

    Args:
        session: the unit of work; the caller has the turn of journals.
        condition: which journals.
        by: who changed the roster; else cells are written, and taken back, in the name of who entered the duty.
    """
    on_duty = (
        select(DUTY.c.person_id)
        .join(SHEET_ROW, SHEET_ROW.c.person_id == DUTY.c.person_id)
        .join(COLUMN, (COLUMN.c.journal_id == SHEET_ROW.c.journal_id) & (COLUMN.c.date == DUTY.c.day))
        .where(SHEET_ROW.c.journal_id == JOURNAL.c.id)
    )
    was = select(DUTY_CELL.c.column_id).where(DUTY_CELL.c.journal_id == JOURNAL.c.id)
    open_ = (JOURNAL.c.status == "active") & JOURNAL.c.frozen_at.is_(None) & JOURNAL.c.rule_set.is_not(None)
    query = select(JOURNAL.c.id).where(condition, open_, on_duty.exists() | was.exists())
    for journal_id in session.scalars(query.order_by(JOURNAL.c.id)).all():
        _excuse(session, journal_id=journal_id, by=by)


def _excuse(session: Session, *, journal_id: UUID, by: UUID | None) -> None:
    found = _read(session, journal_id)
    letters = get_book(session, rule_set=found.head.rule_set).letters
    kinds = {key: row.kind for key, row in found.duties.items()}
    spans = {person: row.spans for person, row in found.members.items()}
    wanted = excused(kinds, found.head.columns, spans)
    stands = {
        Place(person, column): cell
        for person, row in found.members.items()
        for column, cell in row.cells.items()
    }
    versions = {place: row.version for place, row in found.written.items()}
    decided = changes(wanted, versions, stands, letters)
    days = {column["id"]: column["date"] for column in found.head.columns}
    grouped: dict[UUID, list[Change]] = defaultdict(list)
    for one in decided:
        taken_back = found.written.get(one.place)
        who = (
            taken_back.written_by
            if taken_back
            else found.duties[one.place.person, days[one.place.column]].entered_by
        )
        grouped[by or who].append(one)
    for who, own in grouped.items():
        _write(session, journal_id=journal_id, own=own, by=who)
    _forget(session, journal_id, [place for place in found.written if place not in wanted])


def _read(session: Session, journal_id: UUID) -> _Found:
    query = service.HEAD.where(JOURNAL.c.id == journal_id).with_for_update(key_share=True, of=JOURNAL)
    head = session.execute(query).one()
    names = ("person_id", "cells", "spans", "carried", "active")
    rows = session.execute(
        select(*(SHEET_ROW.c[name] for name in names)).where(
            SHEET_ROW.c.journal_id == journal_id, SHEET_ROW.c.active | (SHEET_ROW.c.spans != [])
        )
    ).all()
    members = {str(row.person_id): row for row in rows}
    days = {date.fromisoformat(c["date"]) for c in head.columns if c["kind"] == "lesson"}
    duties = session.execute(
        select(DUTY).where(DUTY.c.person_id.in_([row.person_id for row in rows]), DUTY.c.day.in_(days))
    )
    written = session.execute(select(DUTY_CELL).where(DUTY_CELL.c.journal_id == journal_id))
    return _Found(
        head,
        members,
        {(str(row.person_id), row.day.isoformat()): row for row in duties},
        {Place(str(row.person_id), str(row.column_id)): row for row in written},
    )


def _write(session: Session, *, journal_id: UUID, own: Sequence[Change], by: UUID) -> None:
    found = _read(session, journal_id)  # the stream has moved on with each writer
    verdicts = [
        Verdict(Asked(":".join(one.place), "", one.version), "write", one.value, one.version + 1)
        for one in own
    ]
    cells.write_all(session, head=found.head, members=found.members, writes=verdicts, by=by)
    rows = [
        {
            "column_id": UUID(one.place.column),
            "person_id": UUID(one.place.person),
            "journal_id": journal_id,
            "version": one.version + 1,
            "written_by": by,
        }
        for one in own
        if one.value is not None
    ]
    if rows:
        session.execute(insert(DUTY_CELL).on_conflict_do_nothing(), rows)


def _forget(session: Session, journal_id: UUID, places: Sequence[Place]) -> None:
    for place in places:
        session.execute(
            delete(DUTY_CELL).where(
                DUTY_CELL.c.journal_id == journal_id,
                DUTY_CELL.c.column_id == UUID(place.column),
                DUTY_CELL.c.person_id == UUID(place.person),
            )
        )
