"""Fill a statement with marks: by the teachers of its journal, guarded by the version of every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from chassis.problems import Conflict
from ejournal.control.service import get_book
from ejournal.integrity.rules import cell_text
from ejournal.journal.cells import Colleague
from ejournal.journal.rules import Asked, Verdict
from ejournal.journal.service import Reader
from ejournal.statements import service, wording
from ejournal.statements.model import ROW, STATEMENT
from ejournal.statements.noting import note
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import ACTS, FILLING, Standing, refusals
from ejournal.statements.rules_marks import judge_mark
from ejournal.statements.rules_rows import outcome
from ejournal.teaching.model import PERSON
from ejournal.teaching.rules import short_name


@dataclass(frozen=True)
class Saved:
    """What became of every mark, whom to name for conflicts (by learner), and the statement's version now."""

    verdicts: Sequence[Verdict]
    version: int
    colleagues: Mapping[str, Colleague] = field(default_factory=dict)


def save_marks(session: Session, *, statement_id: UUID, asked: Sequence[Asked], reader: Reader) -> Saved:
    """Save the marks that may be saved and say of every other why not; nothing is overwritten unseen.

    Args:
        session: the unit of work.
        statement_id: the statement.
        asked: the changes, keyed by learner; no key twice.
        reader: who writes, and where this person may.

    Raises:
        NotFound: there is no such statement.
        ForeignStatement: the journal is another teacher's (clause 12).
        StatementRefused: the statement takes no marks, being what it is or signed already.
    """
    statement = service.get_or_raise(session, statement_id=statement_id, reader=reader, lock=True)
    standing = Standing(
        kind=statement.kind, state=statement.state, actor=reader.person_id, blind=statement.blind
    )
    if found := refusals("mark", standing):
        raise StatementRefused(**wording.refused(found))
    book = get_book(session)
    rows = {str(row["person_id"]): row for row in service.list_rows(session, statement_id=statement_id)}
    verdicts = [
        judge_mark(
            one,
            rows.get(one.key),
            field="mark",
            is_open=statement.state in ACTS["mark"].sources,
            letters=book.letters,
            rules=book.sets[statement.rule_set],
        )
        for one in asked
    ]
    writes = [one for one in verdicts if one.state == "write"]
    version = statement.version
    if writes:
        write_marks(session, statement, rows, writes=writes, by=reader.person_id)
        version += 1
    conflicts = {one.asked.key for one in verdicts if one.state == "conflict"}
    return Saved(verdicts, version, _colleagues(session, [rows[key] for key in sorted(conflicts)]))


def write_marks(
    session: Session,
    statement: AnyRow,
    rows: Mapping[str, Mapping[str, Any]],
    *,
    writes: Sequence[Verdict],
    by: UUID,
    because: str = "",
) -> None:
    """Write marks into the rows of a statement with what they come to, over the versions they were judged against.

    Args:
        session: the unit of work, which holds the locks of journal and statement.
        statement: as it stands.
        rows: its rows by learner.
        writes: what is written.
        by: who writes.
        because: why, where a third person agrees on differing entries; kept with the rows.

    Raises:
        Conflict: a row is of another version.
    """
    book = get_book(session)
    agreed = {"agreed_by": by, "agreed_because": because} if because else {}
    rules, planned = book.sets[statement.rule_set], statement.control == "exam"
    for one in writes:
        row = {**rows[one.asked.key], "mark": one.value}
        came_to = outcome(row, kind=statement.kind, letters=book.letters, rules=rules, exam_planned=planned)
        here = (ROW.c.statement_id == statement.id) & (ROW.c.person_id == row["person_id"])
        written = session.scalar(
            update(ROW)
            .where(here, ROW.c.version == one.version - 1)
            .values(
                mark=one.value,
                version=one.version,
                changed_by=by,
                changed_at=clock.now(),
                **came_to,
                **agreed,
            )
            .returning(ROW.c.person_id)
        )
        if written is None:
            raise Conflict
    session.execute(
        update(STATEMENT)
        .where(STATEMENT.c.id == statement.id)
        .values(state=FILLING, version=STATEMENT.c.version + 1)
    )
    note(
        session,
        statement_id=statement.id,
        journal_id=statement.journal_id,
        what="agreed" if because else "filled",
        basis=because,
        actor=by,
        data={"version": statement.version + 1},
        before={one.asked.key: rows[one.asked.key]["mark"] for one in writes},
        after={one.asked.key: one.value for one in writes},
        cells=[cell_text(one.asked.key, str(statement.id), one.version, one.value) for one in writes],
    )


def _colleagues(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, Colleague]:
    query = select(PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic).where(
        PERSON.c.person_id.in_([row["changed_by"] for row in rows])
    )
    names = {one.person_id: short_name(*one[1:]) for one in session.execute(query)}
    return {
        str(row["person_id"]): Colleague(names.get(row["changed_by"], ""), row["changed_at"])
        for row in rows
        if row["changed_at"]
    }
