"""Keep the columns of a journal as the timetable and the period say: dated lessons, and a midterm control at the end of each half.

A lesson that leaves the timetable takes its empty column with it; a column with marks or words stays, marked as not in the timetable.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import new_id
from ejournal.journal.lessons_model import LessonRecord
from ejournal.journal.model import CELL, COLUMN
from ejournal.journal.rules import MIDTERMS, Column, in_order


def keep_columns(
    session: Session, *, journal_id: UUID, lessons: Sequence[dict[str, Any]], period: RowMapping | None
) -> list[Column]:
    """Bring the columns to their present state.

    Args:
        session: the unit of work; the journal is locked by the caller.
        journal_id: whose columns.
        lessons: all dated lessons, as feed portal/timetable has them.
        period: the row of the period, None while it is not known.

    Returns:
        The read model of the columns, in the order of the page.
    """
    _drop_lessons(session, journal_id, [UUID(lesson["lesson_id"]) for lesson in lessons])
    if lessons:
        _keep_lessons(session, journal_id, lessons)
    _keep_midterms(session, journal_id, period)
    return read_columns(session, journal_id=journal_id)


def read_columns(session: Session, *, journal_id: UUID) -> list[Column]:
    """Read the columns in the form the journal's row keeps them."""
    rows = session.execute(select(COLUMN).where(COLUMN.c.journal_id == journal_id)).mappings()
    return in_order([_as_json(row) for row in rows])


def _as_json(row: RowMapping) -> Column:
    return {
        "id": str(row["id"]),
        "kind": row["kind"],
        "lesson_kind": row["lesson_kind"],
        "date": row["date"].isoformat() if row["date"] else None,
        "pair": row["pair"],
        "half": row["half"],
        "in_timetable": row["in_timetable"],
        "published": row["publication"] > 0,
        **({"reopened": row["reopened_until"].isoformat()} if row["reopened_until"] else {}),
    }


def _drop_lessons(session: Session, journal_id: UUID, kept: Sequence[UUID]) -> None:
    gone = (COLUMN.c.journal_id == journal_id) & (COLUMN.c.kind == "lesson") & COLUMN.c.lesson_id.not_in(kept)
    marked = select(CELL.c.column_id).where(CELL.c.column_id == COLUMN.c.id).exists()
    written = or_(LessonRecord.topic != "", LessonRecord.homework != "")
    worded = select(LessonRecord.column_id).where(LessonRecord.column_id == COLUMN.c.id, written).exists()
    session.execute(delete(COLUMN).where(gone, ~marked, ~worded, COLUMN.c.publication == 0))
    session.execute(update(COLUMN).where(gone).values(in_timetable=False))


def _keep_lessons(session: Session, journal_id: UUID, lessons: Sequence[dict[str, Any]]) -> None:
    statement = insert(COLUMN)
    fresh = ("lesson_kind", "date", "pair", "half", "in_timetable")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["journal_id", "lesson_id"],
            set_={name: statement.excluded[name] for name in fresh},
        ),
        [
            {
                "id": new_id(),
                "journal_id": journal_id,
                "kind": "lesson",
                "lesson_id": UUID(lesson["lesson_id"]),
                "lesson_kind": lesson["kind"],
                "date": date.fromisoformat(lesson["date"]),
                "pair": lesson["pair"],
                "half": lesson["half"],
                "in_timetable": True,
                "publication": 0,
            }
            for lesson in lessons
        ],
    )


def _keep_midterms(session: Session, journal_id: UUID, period: RowMapping | None) -> None:
    ends = {1: period["half_ends"], 2: period["ends"]} if period else {1: None, 2: None}
    statement = insert(COLUMN)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["journal_id", "kind"],
            # Written out: as a parameter it would not prove the partial index once the statement is prepared.
            index_where=text("kind <> 'lesson'"),
            set_={"date": statement.excluded.date},
        ),
        [
            {
                "id": new_id(),
                "journal_id": journal_id,
                "kind": kind,
                "date": ends[half],
                "half": half,
                "in_timetable": True,
                "publication": 0,
            }
            for half, kind in MIDTERMS.items()
        ],
    )
