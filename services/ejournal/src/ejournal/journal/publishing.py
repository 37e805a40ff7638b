"""Publish a column to its learners, and publish it again whenever one of its marks is corrected.

Planned → published, and no way back: a published mark is corrected, never taken away. Each publication is an event with the whole
column and a higher version of the same subject, so that whoever reads late sees the latest state only.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow
from chassis.outbox import record
from ejournal.control.service import get_book
from ejournal.fractions import decimal_text, exact
from ejournal.integrity import service as integrity
from ejournal.integrity.rules import cell_text
from ejournal.journal import service
from ejournal.journal.columns import read_columns
from ejournal.journal.membership import carry_on
from ejournal.journal.model import COLUMN, JOURNAL
from ejournal.journal.opening import FEED
from ejournal.journal.problems import JournalClosed, NothingToPublish
from ejournal.journal.results import recompute
from ejournal.journal.rules_membership import last_left


def publish(
    session: Session, *, journal_id: UUID, column_id: UUID, reader: service.Reader
) -> tuple[AnyRow, bool]:
    """Publish a column; to publish a published one again changes nothing.

    Returns:
        The head of the journal, and whether the column was published now.

    Raises:
        NotFound: no such journal or column.
        ForeignJournal: the journal is another teacher's (clause 12).
        JournalClosed: the journal takes no marks, or its period is not known yet.
        NothingToPublish: the column has no mark.
    """
    head = service.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    column = service.get_column_or_raise(head, column_id)
    if column["published"]:
        return head, False
    if head.status != "active" or head.rule_set is None:
        raise JournalClosed
    rows = service.list_members(session, journal_id=journal_id, column=column)
    if all(row.cells.get(column["id"], (None,))[0] is None for row in rows):
        raise NothingToPublish
    _turn(session, column_id, reader.person_id)
    columns = read_columns(session, journal_id=journal_id)
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == journal_id)
        .values(columns=columns, revision=JOURNAL.c.revision + 1)
    )
    book = get_book(session, rule_set=head.rule_set)
    recompute(session, journal_id=journal_id, columns=columns, book=book, rule_set=head.rule_set)
    if moved := [row.person_id for row in rows if last_left(row.spans)]:
        carry_on(session, journal_id=journal_id, people=moved)
    _record(session, head, column_id, 1, reader.person_id)
    audit(
        session,
        act="ejournal.column.published",
        subject=f"journal:{journal_id}",
        actor=reader.person_id,
        after={"column": column["id"]},
    )
    return head, True


def publish_again(session: Session, *, head: AnyRow, column_id: UUID, by: UUID) -> None:
    """Publish the present state of a published column after a correction; the caller holds the journal's lock."""
    _record(session, head, column_id, _turn(session, column_id, by), by)


def _turn(session: Session, column_id: UUID, by: UUID) -> int:
    statement = (
        update(COLUMN)
        .where(COLUMN.c.id == column_id)
        .values(publication=COLUMN.c.publication + 1, published_at=clock.now(), published_by=by)
        .returning(COLUMN.c.publication)
    )
    return int(session.execute(statement).scalar_one())


def _record(session: Session, head: AnyRow, column_id: UUID, version: int, by: UUID) -> None:
    column = service.get_column_or_raise(head, column_id)
    rows = service.list_members(session, journal_id=head.id, column=column)
    _seal(session, rows, head=head, column=column["id"], version=version, by=by)
    data = {
        "journal_id": str(head.id),
        "column_id": str(column_id),
        "kind": column["kind"],
        "date": column["date"],
        "discipline_title": head.discipline,
        "group_id": str(head.group_id),
        "period_id": str(head.period_id),
        "published_by": str(by),
        "marks": [
            {"person_id": str(row.person_id), "value": row.cells.get(column["id"], (None,))[0]}
            for row in rows
        ],
        "results": [{"person_id": str(row.person_id), **_result(row.shown_results)} for row in rows],
    }
    if letters := _letters(session, data["marks"]):
        data["letters"] = letters
    record(
        session,
        "ejournal.column.published.v1",
        feed=FEED,
        subject=str(column_id),
        data=data,
        subject_version=version,
    )


def _seal(
    session: Session, rows: Sequence[AnyRow], *, head: AnyRow, column: str, version: int, by: UUID
) -> None:
    """Add the publication to the journal's stream, with a commitment to every learner's mark: what receipts are made from."""
    standing = [(str(row.person_id), row.cells.get(column, (None, 0))) for row in rows]
    integrity.append(
        session,
        journal_id=head.id,
        kind="column.published",
        data={"column": column, "publication": version},
        actor=by,
        cells=[cell_text(person, column, cell[1], cell[0]) for person, cell in standing],
    )


def _letters(session: Session, marks: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Give how the codes of absences among marks are shown: the dictionary is this institution's, readers have none."""
    known = get_book(session).letters.by_code
    return {code: dict(known[code].shown) for code in {mark["value"] for mark in marks} & known.keys()}


def _result(stored: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: exact(stored.get(name)) for name in ("p1", "p2", "rd")}
    told = {name: None if value is None else decimal_text(value) for name, value in numbers.items()}
    return {**told, "admitted": stored.get("admitted")}
