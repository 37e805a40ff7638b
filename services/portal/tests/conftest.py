"""What the portal's tests share: the service, an academy in miniature, sheets as people make them."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import new_id, unit_of_work
from chassis.service import Service
from portal.app import SERVICE
from portal.calendar import service as calendar
from portal.groups import service as groups
from portal.imports import service as imports
from portal.imports.kinds import KINDS

MONDAY = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
"""Monday of week 13 (odd) of the term, 09:30 by the academy's clock: the first pair is being held."""

GROUP_ROWS = [
    ["ҚІ-24-1", "ҚІ-24-1 оқу тобы", "Учебная группа ҚІ-24-1", "", "investigation", "6B12301", 3, "қазақша"],
    ["ҚІ-24-2", "ҚІ-24-2 оқу тобы", "Учебная группа ҚІ-24-2", "", "investigation", "6B12301", 3, "орысша"],
]
DISCIPLINE_ROWS = [
    ["KP 2204", "Қылмыстық құқық", "Уголовное право", "Criminal law", "criminal-law"],
    ["KR 3301", "Криминалистика", "Криминалистика", "", "forensics"],
]
CURRICULUM_ROWS = [
    ["KP 2204", "", "6B12301", 3, "2026-1", 5, "емтихан", 150],
    ["KR 3301", "", "6B12301", 3, "2026-1", 3, "сынақ", ""],
]
ASSIGNMENT_ROWS = [
    ["T-1", "KP 2204", "ҚІ-24-1", "2026-1"],
    ["T-2", "KP 2204", "ҚІ-24-1", "2026-1"],
    ["T-1", "KP 2204", "ҚІ-24-2", "2026-1"],
    ["T-2", "KR 3301", "ҚІ-24-1", "2026-1"],
]
TIMETABLE_ROWS = [
    ["ҚІ-24-1", "KP 2204", "2026-1", "дәріс", "T-1", "204", "дүйсенбі", 1, "барлығы"],
    ["ҚІ-24-2", "KP 2204", "2026-1", "дәріс", "T-1", "204", "дүйсенбі", 1, "барлығы"],
    ["ҚІ-24-1", "KR 3301", "2026-1", "семинар", "T-2", "305", "сәрсенбі", 2, "тақ"],
]


@dataclass(frozen=True)
class Academy:
    """People of the academy in miniature."""

    teacher: UUID
    other_teacher: UUID
    learner: UUID
    other_learner: UUID
    registrar: UUID


@pytest.fixture(scope="session")
def service() -> Service:
    """Answer the portal."""
    return SERVICE


@pytest.fixture(autouse=True)
def held_clock() -> Any:
    """Hold the clock on a Monday of the term."""
    with clock.frozen(MONDAY) as held:
        yield held


@pytest.fixture
def sheet() -> Callable[..., bytes]:
    """Give a maker of workbooks: headings of a kind in a language, and rows."""

    def make(kind: str, rows: Sequence[Sequence[Any]], language: str = "kk") -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, [column.titles[language] for column in KINDS[kind].layout.columns])
            for at, row in enumerate(rows, 1):
                page.write_row(at, 0, row)
        return out.getvalue()

    return make


@pytest.fixture
def check(sheet: Callable[..., bytes]) -> Callable[..., Any]:
    """Give a function that uploads rows for a dry run."""

    def upload(session: Session, kind: str, rows: Sequence[Sequence[Any]]) -> Any:
        data = sheet(kind, rows)
        return imports.check_sheet(
            session=session, kind=KINDS[kind], filename=f"{kind}.xlsx", data=data, by=new_id(), now=MONDAY
        )

    return upload


@pytest.fixture
def apply(check: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that checks rows and applies the good ones."""

    def write(session: Session, kind: str, rows: Sequence[Sequence[Any]]) -> Any:
        run = check(session, kind, rows)
        return imports.apply_run(session=session, id=run.id, by=new_id(), now=MONDAY)

    return write


def make_person(session: Session, number: str, name: str, **values: Any) -> UUID:
    """Tell the portal of a person as auth/people would."""
    family, given = name.split()
    person = new_id()
    data = {
        "person_id": str(person),
        "family_name": family,
        "given_name": given,
        "patronymic": None,
        "kind": "teacher",
        "group_code": None,
        "department_code": None,
        "number": number,
        "status": "active",
        "language": "kk",
    }
    groups.record_people(session=session, people=[{**data, **values}])
    return person


def make_period(session: Session) -> Any:
    """Add the autumn term of 2026/27."""
    data = {
        "code": "2026-1",
        "title": {"kk": "1-семестр", "ru": "1-й семестр"},
        "starts": date(2026, 9, 1),
        "half_ends": date(2026, 10, 24),
        "ends": date(2026, 12, 19),
    }
    return calendar.create_period(session=session, data=data)


@pytest.fixture
def person_of() -> Callable[..., UUID]:
    """Give a function that tells the portal of a person."""
    return make_person


@pytest.fixture
def sheets() -> list[tuple[str, list[list[Any]]]]:
    """Give the sheets the academy in miniature was set up with, in order."""
    return [
        ("groups", GROUP_ROWS),
        ("disciplines", DISCIPLINE_ROWS),
        ("curriculum", CURRICULUM_ROWS),
        ("assignments", ASSIGNMENT_ROWS),
        ("timetable", TIMETABLE_ROWS),
    ]


@pytest.fixture
def academy(engine: Engine, apply: Callable[..., Any], sheets: list[Any]) -> Academy:
    """Set up the academy in miniature: committed, up to the timetable."""
    with unit_of_work(engine) as session:
        make_period(session)
        people = Academy(
            teacher=make_person(session, "T-1", "Сапарова Гүлнар"),
            other_teacher=make_person(session, "T-2", "Ахметов Ерлан"),
            learner=make_person(
                session, "24-0117", "Серікбаева Айгерім", kind="learner", group_code="ҚІ-24-1"
            ),
            other_learner=make_person(
                session, "24-0201", "Әлиев Нұрлан", kind="learner", group_code="ҚІ-24-2"
            ),
            registrar=make_person(session, "S-1", "Оспанова Жанар", kind="staff"),
        )
        for kind, rows in sheets:
            apply(session, kind, rows)
    return people
