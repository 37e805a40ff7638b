"""Fill the journals of the demo academy up to yesterday: marks of practical lessons and of the first midterm control."""

import random
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Text, func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.permissions import Scopes
from dev.demo.academy import SEED
from ejournal.journal import cells, publishing, service
from ejournal.journal.model import JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.rules import Asked

EVERYWHERE = Scopes.of([("institution", None)])
ABSENT = "н"
WHOLE = func.jsonb_array_length(JOURNAL.c.columns) > 2


def ready(session: Session, journals: int) -> bool:
    """Tell whether all journals are open with their columns and learners."""
    opened = session.scalar(select(func.count()).select_from(JOURNAL).where(WHOLE))
    rows = session.scalar(select(func.count(SHEET_ROW.c.journal_id.distinct())))
    return (opened or 0) >= journals and (rows or 0) >= journals


def journals(session: Session) -> list[tuple[UUID, UUID]]:
    """List the journals that have lessons, with one of their teachers."""
    query = (
        select(JOURNAL.c.id, func.min(TEACHER.c.person_id.cast(Text)))
        .join(TEACHER, TEACHER.c.journal_id == JOURNAL.c.id)
        .where(WHOLE)
        .group_by(JOURNAL.c.id)
        .order_by(JOURNAL.c.id)
    )
    return [(journal, UUID(teacher)) for journal, teacher in session.execute(query)]


def fill(session: Session, *, journal_id: UUID, teacher: UUID, number: int, day: date) -> int:
    """Enter and publish the marks of one journal.

    Args:
        session: unit of work.
        journal_id: the journal.
        teacher: who enters.
        number: of the journal, so that each is different and the same every time.
        day: marks stand in columns before this day.

    Returns:
        How many cells were entered.
    """
    chance = random.Random(SEED * 1000 + number)  # noqa: S311 - believable, not secret
    reader = service.Reader(teacher, EVERYWHERE)
    head = service.get_or_raise(session, journal_id=journal_id, reader=reader)
    columns = [column for column in head.columns if _is_marked(column, day)]
    asked = []
    for row in service.list_rows(session, journal_id=journal_id):
        ability = chance.gauss(77, 10)
        for column in columns:
            text = _mark(chance, ability, column)
            if text:
                asked.append(Asked(f"{row.person_id}:{column['id']}", text, 0))
    for column in columns:
        # On the evening of the day: the windows of the calendar are open, and the history reads as in life.
        with clock.frozen(_evening(column["date"])):
            of_day = [one for one in asked if one.column_id == column["id"]]
            cells.save_cells(session, journal_id=journal_id, asked=of_day, reader=reader)
            if column is not columns[-1]:
                publishing.publish(
                    session, journal_id=journal_id, column_id=UUID(column["id"]), reader=reader
                )
    return len(asked)


def _evening(day: str) -> datetime:
    """Say when a teacher publishes the marks of a day: that evening."""
    return datetime.combine(date.fromisoformat(day), time(17, 30), tzinfo=clock.ACADEMY)


def _is_marked(column: dict[str, Any], day: date) -> bool:
    past = bool(column["date"]) and column["date"] < day.isoformat()
    return past and (column["kind"] != "lesson" or column.get("lesson_kind") != "lecture")


def _mark(chance: random.Random, ability: float, column: dict[str, Any]) -> str:
    if column["kind"] == "lesson":
        luck = chance.random()
        if luck < 0.05:
            return ABSENT
        if luck < 0.4:
            return ""
    return str(max(30, min(100, int(chance.gauss(ability, 8)))))
