"""A journal of any size in a running house, to try the grade grid on: the real page before the real service.

`make grid ROWS=60 COLUMNS=60 LOGIN=teacher2` puts one there and says where it is. Its learners, group and discipline are made up for it
and known to nobody else, so that no other page of the house changes. Marks are never removed: `put_away` closes it to everybody.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import new_id
from dev import layout
from dev.bench.stage import Stage
from dev.testing import House
from ejournal.control.service import get_book
from ejournal.journal.columns import read_columns
from ejournal.journal.model import CELL, COLUMN, JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.results import recompute
from ejournal.teaching.model import DISCIPLINE, GROUP, PERSON

FAMILIES = (
    "Әбілқасымов",
    "Ахметова",
    "Әшірбеков",
    "Байжанов",
    "Ғабдуллин",
    "Ерғалиев",
    "Қалиев",
    "Мұқанова",
    "Өтегенов",
    "Үсенова",
)
GIVEN = ("Нұрсұлтан", "Динара", "Мирас", "Ғалымжан", "Айгерім", "Іңкәр")
TITLE = {"kk": "Бағалар кестесін байқау", "ru": "Проба таблицы оценок", "en": "Trial of the grade grid"}
FIRST_DAY = date(2026, 9, 1)
ALWAYS = date(2999, 12, 31)
COPIED = ("period_id", "control", "credits", "hours", "rule_set")

Marks = dict[UUID, dict[str, list[Any]]]


def make(
    session: Session,
    *,
    rows: int,
    columns: int,
    teachers: Sequence[UUID],
    filled: bool = True,
    department: str = "sample",
) -> UUID:
    """Make a journal.

    Args:
        session: a unit of work of the journal's database.
        rows: how many learners.
        columns: how many columns take marks; two of them are midterm controls.
        teachers: who teaches it.
        filled: put a mark into most cells, as late in a term.
        department: of the discipline.

    Returns:
        The journal's id.
    """
    people = _make_people(session, rows)
    journal = _make_journal(session, teachers, department)
    ids = _make_columns(session, journal, columns)
    cells = _marks(people, ids[: columns - 10]) if filled else {}
    session.execute(
        insert(SHEET_ROW),
        [
            {
                "journal_id": journal, "person_id": person, "position": n, "active": True,
                "cells": cells.get(person, {}), "results": {}, "shown_results": {},
            }
            for n, person in enumerate(people, 1)
        ],
    )  # fmt: skip
    _keep_marks(session, journal, cells, teachers[0])
    read = read_columns(session, journal_id=journal)
    session.execute(update(JOURNAL).where(JOURNAL.c.id == journal).values(columns=read))
    rule_set = session.scalar(select(JOURNAL.c.rule_set).where(JOURNAL.c.id == journal)) or ""
    recompute(session, journal_id=journal, columns=read, book=get_book(session), rule_set=rule_set)
    return journal


def _make_people(session: Session, count: int) -> list[UUID]:
    names = [
        (f"{family}-{turn}" if turn else family, given)
        for turn, given, family in product(range(count // 60 + 1), GIVEN, FAMILIES)
    ]
    people: list[dict[str, Any]] = [
        {
            "person_id": uuid4(), "family_name": family, "given_name": given, "kind": "learner", "status": "active",
            "sort_key": f"{n:05}", "number": f"G{n:05}",
        }
        for n, (family, given) in enumerate(names[:count], 1)
    ]  # fmt: skip
    session.execute(insert(PERSON), people)
    return [person["person_id"] for person in people]


def _make_journal(session: Session, teachers: Sequence[UUID], department: str) -> UUID:
    model = (
        session.execute(
            select(*(JOURNAL.c[name] for name in COPIED)).where(JOURNAL.c.rule_set.is_not(None)).limit(1)
        )
        .mappings()
        .one()
    )
    group, discipline, journal = uuid4(), uuid4(), new_id()
    session.execute(
        insert(GROUP).values(
            group_id=group, code=f"ҮЛГІ-{str(group)[:4]}", title={"kk": "Үлгі", "ru": "Образец"}, faculty_code="sample",
            year_of_study=1, language="kk", roster=[],
        )
    )  # fmt: skip
    session.execute(
        insert(DISCIPLINE).values(
            discipline_id=discipline, code="SAMPLE", title=TITLE, department_code=department
        )
    )
    session.execute(
        insert(JOURNAL).values(
            id=journal, assignment_id=uuid4(), discipline_id=discipline, group_id=group, status="active", columns=[], revision=1,
            opened_at=clock.now(), reopened_until=ALWAYS, **model,
        )
    )  # fmt: skip
    session.execute(insert(TEACHER), [{"journal_id": journal, "person_id": teacher} for teacher in teachers])
    return journal


def _make_columns(session: Session, journal: UUID, count: int) -> list[UUID]:
    half = (count - 2) // 2
    lessons: list[dict[str, Any]] = [
        {
            "id": new_id(), "journal_id": journal, "kind": "lesson", "lesson_id": uuid4(), "lesson_kind": "practice",
            "date": FIRST_DAY + timedelta(days=n), "pair": 1, "half": 1 if n < half else 2, "in_timetable": True,
            "publication": 0,
        }
        for n in range(count - 2)
    ]  # fmt: skip
    controls = [
        {
            "id": new_id(), "journal_id": journal, "kind": f"rk{n}", "lesson_id": None, "lesson_kind": None, "date": None,
            "pair": None, "half": n, "in_timetable": True, "publication": 0,
        }
        for n in (1, 2)
    ]  # fmt: skip
    session.execute(insert(COLUMN), [*lessons, *controls])
    return [column["id"] for column in lessons]


def _marks(people: Sequence[UUID], columns: Sequence[UUID]) -> Marks:
    return {
        person: {
            str(column): ["absent" if (r * 7 + c * 3) % 23 == 0 else str(50 + (r * 13 + c * 29) % 51), 1]
            for c, column in enumerate(columns)
        }
        for r, person in enumerate(people)
    }


def _keep_marks(session: Session, journal: UUID, marks: Marks, by: UUID) -> None:
    common = {"journal_id": journal, "version": 1, "changed_by": by, "changed_at": clock.now()}
    rows = [
        {"column_id": UUID(column), "person_id": person, "value": value, **common}
        for person, cells in marks.items()
        for column, (value, _version) in cells.items()
    ]
    if rows:
        session.execute(insert(CELL), rows)


def put_away(session: Session, journal: UUID) -> None:
    """Close a journal that was made, and take it off its teachers' lists."""
    session.execute(delete(TEACHER).where(TEACHER.c.journal_id == journal))
    session.execute(update(JOURNAL).where(JOURNAL.c.id == journal).values(status="withdrawn"))


def main(arguments: Sequence[str]) -> int:
    """Put a journal into the running house and say its address."""
    parser = argparse.ArgumentParser(prog="dev.large_journal", description=__doc__)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--columns", type=int, default=60)
    parser.add_argument("--login", default="teacher2")
    given = parser.parse_args(arguments)
    house = House(layout.from_environment(os.environ))
    query = "SELECT person_id FROM account WHERE login = %s"
    [(teacher,)] = house.sql("auth", query, given.login)
    with Stage(house).session("ejournal") as session:
        journal = make(session, rows=given.rows, columns=given.columns, teachers=[teacher])
    sys.stdout.write(f"{house.url}/journal/journals/{journal} ({given.login})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
