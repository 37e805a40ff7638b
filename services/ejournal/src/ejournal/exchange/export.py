"""A journal as a file. What stood in it is kept with the number of the export, so that a filled file tells what its owner changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow, new_id
from chassis.exports import Cell
from ejournal.control.service import get_book
from ejournal.exchange.layout import COMPUTED, HEADS, NAME, NUMBER, ROW, STAMP, titles_of
from ejournal.exchange.model import JOURNAL_EXPORT
from ejournal.fractions import decimal_text, exact
from ejournal.journal import service
from ejournal.journal.model import SHEET_ROW
from ejournal.journal.rules import Column
from ejournal.teaching.model import PERSON
from ejournal.teaching.rules import full_name


@dataclass(frozen=True)
class Export:
    """A journal taken away: its head, headings and rows."""

    id: UUID
    head: AnyRow
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def make(session: Session, *, journal_id: UUID, reader: service.Reader, language: str) -> Export:
    """Take a journal away as a table, and keep what stood in it.

    Raises:
        NotFound: there is no such journal.
        ForeignJournal: it is not in the reader's scope.
    """
    head = service.get_or_raise(session, journal_id=journal_id, reader=reader)
    book = get_book(session, rule_set=head.rule_set)
    people = _people(session, journal_id)
    made = new_id()
    kept = [[str(row.person_id), _name(row), row.cells] for row in people]
    session.execute(
        insert(JOURNAL_EXPORT).values(
            id=made, journal_id=journal_id, made_by=reader.person_id, made_at=clock.now(), people=kept
        )
    )
    audit(
        session,
        act="ejournal.journal.exported",
        subject=f"journal:{journal_id}",
        actor=reader.person_id,
        after={"export": str(made), "learners": len(people)},
    )
    marks = [titles[language] for titles in titles_of(head.columns).values()]
    heads = [HEADS[key][language] for key in (ROW, NUMBER, NAME)] + marks
    heads += [HEADS[key][language] for key in (*COMPUTED, STAMP)]
    show = partial(book.letters.show, language=language)
    rows = [_row(at, row, head.columns, show, made) for at, row in enumerate(people, 1)]
    return Export(made, head, heads, rows)


def as_json(session: Session, *, journal_id: UUID, reader: service.Reader) -> dict[str, Any]:
    """Take a journal away as data: exact values, versions and results.

    Raises:
        NotFound: there is no such journal.
        ForeignJournal: it is not in the reader's scope.
    """
    head = service.get_or_raise(session, journal_id=journal_id, reader=reader)
    return {
        "journal_id": str(head.id),
        "discipline": head.discipline,
        "group": head.group,
        "period": head.period,
        "rule_set": head.rule_set,
        "columns": head.columns,
        "rows": [
            {
                "person_id": str(row.person_id),
                "number": row.number,
                "name": _name(row),
                "cells": row.cells,
                "results": row.results,
            }
            for row in _people(session, journal_id)
        ],
    }


def _people(session: Session, journal_id: UUID) -> Sequence[AnyRow]:
    query = (
        select(
            SHEET_ROW.c.person_id,
            SHEET_ROW.c.cells,
            SHEET_ROW.c.results,
            PERSON.c.family_name,
            PERSON.c.given_name,
            PERSON.c.number,
        )
        .outerjoin(PERSON, PERSON.c.person_id == SHEET_ROW.c.person_id)
        .where(SHEET_ROW.c.journal_id == journal_id, SHEET_ROW.c.active)
        .order_by(SHEET_ROW.c.position, PERSON.c.sort_key)
    )
    return session.execute(query).all()


def _name(row: AnyRow) -> str:
    return full_name(row.family_name or "", row.given_name or "")


def _row(at: int, row: AnyRow, columns: Sequence[Column], show: Callable[..., str], made: UUID) -> list[Cell]:
    marks = [_cell(show((row.cells.get(column["id"]) or (None,))[0])) for column in columns]
    computed = [_computed(row.results.get(key)) for key in COMPUTED]
    return [at, row.number or "", _name(row), *marks, *computed, str(made)]


def _cell(text: str) -> Cell:
    return int(text) if text.isascii() and text.isdigit() else text


def _computed(stored: str | None) -> Cell:
    value = exact(stored)
    return "" if value is None else _cell(decimal_text(value, 2))


def find(session: Session, *, id: UUID, journal_id: UUID) -> list[list[Any]] | None:
    """Find what a journal held when an export was made; None when the number is not of this journal."""
    query = select(JOURNAL_EXPORT.c.people)
    return session.scalar(query.where(JOURNAL_EXPORT.c.id == id, JOURNAL_EXPORT.c.journal_id == journal_id))
