"""Issue statements: for a journal, or from a sealed one for exactly the learners who need it.

Locks in this order: the journal, then the number series. The rating statement freezes the journal in the same unit of work.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow, new_id
from ejournal.control.service import RuleBook, get_book
from ejournal.journal import service as journals
from ejournal.journal.model import JOURNAL
from ejournal.journal.rules_membership import standing
from ejournal.journal.service import Reader
from ejournal.statements import coursework, service, wording
from ejournal.statements.model import ROW, STATEMENT
from ejournal.statements.noting import note
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import ISSUED, KINDS, Refusal, Wish, issue_refusals
from ejournal.statements.rules_head import Details, head
from ejournal.statements.rules_numbers import ALPHABET, CODE_LENGTH, number_text
from ejournal.statements.rules_rows import RATED, needs, outcome, rating, unrated
from ejournal.teaching.model import DISCIPLINE, GROUP
from ejournal.teaching.rules import full_name, short_name

TAKE = text("""
    INSERT INTO number_series AS s (kind, year, last) VALUES (:kind, :year, 1)
    ON CONFLICT (kind, year) DO UPDATE SET last = s.last + 1
    RETURNING last
""")
Row = dict[str, Any]
NOTHING = Details()


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be issued, or why not: the refusals, the rows, and what both were judged by."""

    journal: AnyRow
    refusals: Sequence[Refusal]
    rows: Sequence[Row]


def issue(
    session: Session,
    *,
    journal_id: UUID,
    kind: str,
    reader: Reader,
    after_id: UUID | None = None,
    details: Details = NOTHING,
) -> UUID:
    """Issue a statement.

    Args:
        session: the unit of work.
        journal_id: the journal.
        kind: of the statement.
        reader: who issues, and where this person may.
        after_id: the sealed statement it follows, where its kind follows one.
        details: day, hour, room.

    Returns:
        The id of the statement.

    Raises:
        NotFound: no such journal.
        ForeignJournal: the journal is out of the person's scope.
        StatementRefused: with every reason.
    """
    plan = plan_issue(session, journal_id=journal_id, kind=kind, reader=reader, after_id=after_id, lock=True)
    if plan.refusals:
        raise StatementRefused(**wording.refused(plan.refusals))
    values = {
        "journal_id": journal_id,
        "rule_set": plan.journal.rule_set,
        "head": _head(session, plan.journal, details),
        "after_id": after_id,
    }
    statement = insert_statement(session, kind=kind, by=reader.person_id, values=values)
    insert_rows(session, statement, plan.rows)
    if kind == "rating":
        _freeze(session, journal_id)
    return statement


def plan_issue(
    session: Session,
    *,
    journal_id: UUID,
    kind: str,
    reader: Reader,
    after_id: UUID | None = None,
    lock: bool = False,
) -> Plan:
    """Find out what would be issued and everything that stands against it; nothing is changed."""
    journal = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=lock)
    book = get_book(session)
    existing = service.list_of_journal(session, journal_id=journal_id)
    source = next((row for row in existing if row.id == after_id), None)
    rows = _rows(session, journal, kind, source, book) if journal.rule_set in book.sets else []
    wish = Wish(
        kind=kind,
        journal_active=journal.status == "active",
        rules_known=journal.rule_set in book.sets,
        fitting=len(rows),
        exists=is_issued(kind, source, existing),
        empty_midterms=_empty_midterms(session, journal) if kind == "rating" else (),
        source=source.state if source else None,
        source_kind=source.kind if source else "",
    )
    return Plan(journal, issue_refusals(wish), rows)


def is_issued(kind: str, source: AnyRow | None, existing: Sequence[AnyRow]) -> bool:
    """Tell whether a statement of the kind was issued from this source, or from what this source rectified."""
    former = {row.id: row.rectifies_id for row in existing}
    chain: set[UUID | None] = {source.id if source else None}
    step = source.rectifies_id if source else None
    while step is not None:
        chain.add(step)
        step = former.get(step)
    return any(row.kind == kind and row.rectifies_id is None and row.after_id in chain for row in existing)


def _empty_midterms(session: Session, journal: AnyRow) -> list[str]:
    rows = journals.list_rows(session, journal_id=journal.id)
    return [
        column["kind"]
        for column in journal.columns
        if column["kind"] != "lesson" and all(row.cells.get(column["id"], (None,))[0] is None for row in rows)
    ]


def _rows(session: Session, journal: AnyRow, kind: str, source: AnyRow | None, book: RuleBook) -> list[Row]:
    if not KINDS[kind].follows:
        found = _rows_of_journal(session, journal, kind, book)
    elif source is not None:
        found = _rows_of_source(session, kind, source)
    else:
        found = []
    rules = book.sets[journal.rule_set]
    planned = journal.control == "exam"
    return [
        row | outcome(row, kind=kind, letters=book.letters, rules=rules, exam_planned=planned)
        for row in found
    ]


def _rows_of_journal(session: Session, journal: AnyRow, kind: str, book: RuleBook) -> list[Row]:
    rules = book.sets[journal.rule_set]
    planned, works = coursework.marks(session, journal_id=journal.id) if kind == "rating" else (False, {})
    made: list[Row] = []
    for row in journals.list_rows(session, journal_id=journal.id):
        frozen = (
            rating(
                *standing(row.cells, journal.columns, row.spans, row.carried),
                book.letters,
                rules,
                coursework_planned=planned,
                coursework=works.get(row.person_id),
            )
            if kind == "rating"
            else unrated()
        )
        name = full_name(row.family_name or "", row.given_name or "")
        made.append(_fresh(row.person_id, len(made) + 1, name, frozen, []))
    return made


def _rows_of_source(session: Session, kind: str, source: AnyRow) -> list[Row]:
    made: list[Row] = []
    for row in service.list_rows(session, statement_id=source.id):
        if not needs(kind, row):
            continue
        frozen = (
            {name: row[name] for name in (*RATED, "admitted", "refusals")} if KINDS[kind].rated else unrated()
        )
        earlier = [*row["earlier"], row["mark"]] if row["mark"] and KINDS[kind].rated else []
        made.append(_fresh(row["person_id"], len(made) + 1, row["name"], frozen, earlier))
    return made


def _fresh(
    person_id: UUID, position: int, name: str, frozen: Mapping[str, Any], earlier: Sequence[str]
) -> Row:
    return {
        "person_id": person_id,
        "position": position,
        "name": name,
        **frozen,
        "earlier": list(earlier),
        "mark": None,
        "version": 0,
    }


def insert_statement(
    session: Session,
    *,
    kind: str,
    by: UUID,
    values: Mapping[str, Any],
) -> UUID:
    """Take the next number and keep a new statement under it; the caller holds the journal's lock.

    Args:
        session: the unit of work.
        kind: of the statement.
        by: who issues.
        values: `journal_id`, `rule_set`, `head`, `after_id`, and what a rectification has.
    """
    moment = clock.now()
    year = moment.astimezone(clock.ACADEMY).year
    serial = session.execute(TAKE, {"kind": kind, "year": year}).scalar_one()
    statement_id = new_id()
    session.execute(
        insert(STATEMENT).values(
            id=statement_id,
            kind=kind,
            year=year,
            serial=serial,
            code="".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH)),
            state=ISSUED,
            blind=False,
            version=1,
            issued_by=by,
            issued_at=moment,
            **values,
        )
    )
    note(
        session,
        statement_id=statement_id,
        journal_id=values["journal_id"],
        what="issued",
        actor=by,
        data={"number": number_text(kind, year, serial), "kind": kind},
        basis=values.get("order_number") or "",
    )
    return statement_id


def _head(session: Session, journal: AnyRow, details: Details) -> dict[str, Any]:
    query = (
        select(
            GROUP.c.faculty_code,
            GROUP.c.year_of_study,
            GROUP.c.title.label("group_title"),
            DISCIPLINE.c.code.label("discipline_code"),
        )
        .select_from(JOURNAL)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(JOURNAL.c.id == journal.id)
    )
    more = session.execute(query).mappings().one()
    teachers = journals.list_teachers(session, journal_id=journal.id)
    names = [short_name(row.family_name, row.given_name, row.patronymic) for row in teachers]
    return head({**journal._mapping, **more}, names, details)


def insert_rows(session: Session, statement: UUID, rows: Sequence[Row]) -> None:
    """Keep the rows of a new statement."""
    session.execute(insert(ROW), [{**row, "statement_id": statement} for row in rows])


def _freeze(session: Session, journal_id: UUID) -> None:
    """End the marks of lessons and controls: the journal answers `locked` from here on."""
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == journal_id, JOURNAL.c.frozen_at.is_(None))
        .values(frozen_at=clock.now(), revision=JOURNAL.c.revision + 1)
    )
