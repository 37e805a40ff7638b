"""Whom and which journal each row of a file of midterm controls means: by personal number, or by name within the journal."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.sheets import Fault, Row
from ejournal.exchange.layout import name_of
from ejournal.exchange.reading import Wish
from ejournal.journal.model import CELL, COLUMN, JOURNAL, SHEET_ROW
from ejournal.journal.rules import Asked
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON
from ejournal.teaching.rules import full_name

MIDTERMS = ("rk1", "rk2")


@dataclass
class Known:
    """One journal as a file may mean it: columns of its midterm controls, learners by number and by name."""

    id: UUID
    columns: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str | None, int]] = field(default_factory=dict)


def wishes(session: Session, rows: Sequence[tuple[int, Row]]) -> tuple[list[Wish], list[Fault]]:
    """Turn rows into wishes for cells of midterm controls; rows that cannot be understood are named with the reason."""
    places = _places(session, {row["group"].casefold() for _at, row in rows})
    known = {one.id: one for found in places.values() for one in found}
    _fill(session, known)
    made: list[Wish] = []
    faults: list[Fault] = []
    taken: dict[str, int] = {}
    for at, row in rows:
        for one in _read(at, row, places):
            if isinstance(one, Fault):
                faults.append(one)
            elif (other := taken.setdefault(one.asked.key, at)) != at:
                faults.append(Fault(at, one.name, "number", "repeated", {"other": other}))
            else:
                made.append(one)
    return made, faults


def _places(session: Session, groups: set[str]) -> dict[tuple[str, str, str], list[Known]]:
    query = (
        select(
            JOURNAL.c.id,
            GROUP.c.code.label("group"),
            DISCIPLINE.c.code,
            DISCIPLINE.c.title,
            PERIOD.c.code.label("period"),
            PERIOD.c.title.label("period_title"),
        )
        .join(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .join(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .join(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
    )
    found: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
    for row in session.execute(query):
        if row.group.casefold() not in groups:
            continue
        one = Known(row.id)
        disciplines = {text.casefold() for text in (row.code, *row.title.values())}
        periods = {text.casefold() for text in (row.period, *row.period_title.values())}
        for discipline in disciplines:
            for period in periods:
                found[discipline, row.group.casefold(), period].append(one)
    return found


def _fill(session: Session, known: Mapping[UUID, Known]) -> None:
    columns = select(COLUMN.c.journal_id, COLUMN.c.kind, COLUMN.c.id).where(
        COLUMN.c.journal_id.in_(known), COLUMN.c.kind.in_(MIDTERMS)
    )
    for row in session.execute(columns):
        known[row.journal_id].columns[row.kind] = str(row.id)
    people = (
        select(
            SHEET_ROW.c.journal_id,
            SHEET_ROW.c.person_id,
            PERSON.c.number,
            PERSON.c.family_name,
            PERSON.c.given_name,
            PERSON.c.patronymic,
        )
        .join(PERSON, PERSON.c.person_id == SHEET_ROW.c.person_id)
        .where(SHEET_ROW.c.journal_id.in_(known), SHEET_ROW.c.active)
    )
    for learner in session.execute(people):
        _add(known[learner.journal_id], learner)
    marks = (
        select(CELL.c.journal_id, CELL.c.column_id, CELL.c.person_id, CELL.c.value, CELL.c.version)
        .join(COLUMN, COLUMN.c.id == CELL.c.column_id)
        .where(COLUMN.c.journal_id.in_(known), COLUMN.c.kind.in_(MIDTERMS))
    )
    for mark in session.execute(marks):
        known[mark.journal_id].cells[f"{mark.person_id}:{mark.column_id}"] = mark.value, mark.version


def _add(one: Known, row: Any) -> None:
    person, name = str(row.person_id), full_name(row.family_name, row.given_name)
    one.names[person] = name
    if row.number:
        one.by_number[row.number.casefold()] = person
    for text in {name.casefold(), f"{name} {row.patronymic or ''}".strip().casefold()}:
        one.by_name[text].append(person)


def _read(at: int, row: Row, places: Mapping[tuple[str, str, str], list[Known]]) -> Iterator[Wish | Fault]:
    whom = name_of(row)
    found = places.get((row["discipline"].casefold(), row["group"].casefold(), row["period"].casefold()), [])
    if len(found) != 1:
        yield Fault(at, whom, "discipline", "many-journals" if found else "no-journal")
        return
    one = found[0]
    person = _learner(one, row)
    if isinstance(person, tuple):
        yield Fault(at, whom, *person)
        return
    if not row["rk1"] and not row["rk2"]:
        yield Fault(at, whom, "rk1", "no-mark")
        return
    for kind in MIDTERMS:
        if row[kind]:
            key = f"{person}:{one.columns[kind]}"
            value, version = one.cells.get(key, (None, 0))
            yield Wish(at, one.names[person], one.id, value, Asked(key, row[kind], version))


def _learner(one: Known, row: Row) -> str | tuple[str, str]:
    if row["number"]:
        person = one.by_number.get(row["number"].casefold())
        if person is None:
            return "number", "unknown-learner"
        if row["name"] and person not in one.by_name.get(row["name"].casefold(), ()):
            return "name", "another-name"
        return person
    if not row["name"]:
        return "number", "nobody"
    people = one.by_name.get(row["name"].casefold(), [])
    return people[0] if len(people) == 1 else ("name", "many-learners" if people else "unknown-learner")
