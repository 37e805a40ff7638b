"""Imports of marks: judged as they would be saved, applied journal by journal, undone once.

Every cell goes the way of any other mark, `journal.cells`: the same judgement, versions, history, publication and stream. A unit of work
holds the lock of one journal, so that nobody waits for a large file, and a file that was interrupted goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, check_version, new_id
from chassis.i18n import gettext as _
from chassis.problems import Invalid
from chassis.sheets import Fault
from ejournal.exchange.model import IMPORT_CELL, MarkImport
from ejournal.exchange.problems import ImportClosed, ImportNotFound
from ejournal.exchange.reading import Wish, as_asked
from ejournal.journal import cells
from ejournal.journal.rules import Asked, Verdict
from ejournal.journal.service import Reader

TURNS = {"applying": ("planned", "applied"), "undoing": ("saved", "undone")}
"""While at work: which cells are still to be done, and what the import is when none is left."""
KEEP = text("""
    UPDATE mark_import_cell AS c SET state = new.state, stands = new.stands, reason = new.reason, left_at = new.left_at
    FROM unnest(cast(:columns AS uuid[]), cast(:people AS uuid[]), cast(:states AS text[]), cast(:stands AS text[]),
      cast(:reasons AS text[]), cast(:versions AS int[])) AS new (column_id, person_id, state, stands, reason, left_at)
    WHERE c.import_id = :import AND c.column_id = new.column_id AND c.person_id = new.person_id
""")


def examine(
    session: Session,
    *,
    wishes: Sequence[Wish],
    faults: Sequence[Fault],
    rows: int,
    file_name: str,
    digest: bytes,
    reader: Reader,
    journal_id: UUID | None = None,
) -> MarkImport:
    """Judge what a file asks for and keep the judgement; no mark is written.

    Args:
        session: the unit of work.
        wishes: the cells the file asks to change.
        faults: rows that could not be understood.
        rows: how many rows the file has.
        file_name: as the person called it.
        digest: SHA-256 of the file.
        reader: who brings it, and where this person may write.
        journal_id: the journal, for a file of one.
    """
    made = MarkImport(
        id=new_id(),
        journal_id=journal_id,
        file_name=file_name[:200],
        digest=digest,
        state="checked",
        rows=rows,
        faults=[fault.as_json() for fault in sorted(faults, key=lambda one: one.row)],
        created_by=reader.person_id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    lines: list[dict[str, Any]] = []
    for journal, mine in as_asked(wishes).items():
        verdicts = cells.judge_cells(
            session, journal_id=journal, asked=[wish.asked for wish in mine], reader=reader
        )
        lines += [
            _line(made.id, wish, verdict)
            for wish, verdict in zip(mine, verdicts, strict=True)
            if verdict.state != "same"
        ]
    if lines:
        session.execute(insert(IMPORT_CELL), lines)
    return made


def _line(id: UUID, wish: Wish, verdict: Verdict) -> dict[str, Any]:
    return {
        "import_id": id,
        "column_id": UUID(wish.asked.column_id),
        "person_id": UUID(wish.asked.person_id),
        "journal_id": wish.journal_id,
        "row": wish.row,
        "name": wish.name,
        "old_value": wish.old_value,
        "typed": wish.asked.text,
        "base": wish.asked.base,
        "state": "planned" if verdict.state == "write" else verdict.state,
        "stands": verdict.value,
        "reason": verdict.reason,
        "left_at": None,
    }


def get_or_raise(session: Session, id: UUID, *, journal_id: UUID | None, lock: bool = False) -> MarkImport:
    """Get an import of a journal, or (None) of midterm controls; for a change with its lock.

    Raises:
        ImportNotFound: there is none.
    """
    found = session.get(MarkImport, id, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if found is None or found.journal_id != journal_id:
        raise ImportNotFound
    return found


def list_(session: Session, *, journal_id: UUID | None, limit: int = 30) -> Sequence[MarkImport]:
    """List the latest imports of a journal, or (None) of midterm controls."""
    query = select(MarkImport).where(MarkImport.journal_id.is_not_distinct_from(journal_id))
    return session.scalars(query.order_by(MarkImport.created_at.desc()).limit(limit)).all()


def count(session: Session, id: UUID) -> Mapping[str, int]:
    """Count the cells of an import by what became of them."""
    query = select(IMPORT_CELL.c.state, func.count().label("cells")).where(IMPORT_CELL.c.import_id == id)
    return {row.state: row.cells for row in session.execute(query.group_by(IMPORT_CELL.c.state))}


def begin(session: Session, *, found: MarkImport, version: int, actor: UUID) -> None:
    """Confirm what was seen: the planned cells are going to be written.

    Raises:
        ImportClosed: it was applied or undone before.
        Conflict: another version was seen.
        Invalid: no cell would change.
    """
    if found.state != "checked":
        raise ImportClosed
    check_version(found, version)
    planned = count(session, found.id).get("planned", 0)
    if not planned:
        raise Invalid(_("No mark of this file changes anything."))
    found.state, found.applied_by, found.applied_at = "applying", actor, clock.now()
    session.flush()
    after = {"file": found.file_name, "sha256": found.digest.hex(), "cells": planned}
    _audit(session, "ejournal.marks.imported", found, actor, after)


def begin_undo(session: Session, *, found: MarkImport, version: int, actor: UUID) -> None:
    """Begin to take an import back: each cell that still holds what the import left gets its former value.

    Raises:
        ImportClosed: it was not applied, or undone before.
        Conflict: another version was seen.
    """
    if found.state != "applied":
        raise ImportClosed
    check_version(found, version)
    found.state, found.undone_by, found.undone_at = "undoing", actor, clock.now()
    session.flush()
    after = {"file": found.file_name, "cells": count(session, found.id).get("saved", 0)}
    _audit(session, "ejournal.marks.import_undone", found, actor, after)


def _audit(session: Session, act: str, found: MarkImport, actor: UUID, after: Mapping[str, Any]) -> None:
    audit(session, act=act, subject=f"mark-import:{found.id}", actor=actor, after=after)


def step(session: Session, *, found: MarkImport, reader: Reader) -> bool:
    """Do the next journal of an import that is at work; the import was read with a lock.

    Returns:
        Whether there was one; when there was none, the import is done.
    """
    wanted, done = TURNS[found.state]
    lines = _next(session, found.id, wanted)
    if not lines:
        found.state = done
        return False
    saved = cells.save_cells(
        session, journal_id=lines[0].journal_id, asked=[_asked(line, wanted) for line in lines], reader=reader
    )
    _keep(session, found.id, saved.verdicts, undoing=wanted == "saved")
    return True


def _next(session: Session, id: UUID, state: str) -> Sequence[AnyRow]:
    mine = (IMPORT_CELL.c.import_id == id) & (IMPORT_CELL.c.state == state)
    journal = select(IMPORT_CELL.c.journal_id).where(mine).order_by(IMPORT_CELL.c.journal_id).limit(1)
    query = select(IMPORT_CELL).where(mine, IMPORT_CELL.c.journal_id == journal.scalar_subquery())
    return session.execute(query.order_by(IMPORT_CELL.c.row)).all()


def _asked(line: AnyRow, wanted: str) -> Asked:
    key = f"{line.person_id}:{line.column_id}"
    if wanted == "planned":
        return Asked(key, line.typed, line.base)
    return Asked(key, line.old_value or "", line.left_at)


def _keep(session: Session, id: UUID, verdicts: Sequence[Verdict], *, undoing: bool) -> None:
    good = "restored" if undoing else "saved"
    states = {"write": good, "same": good if undoing else "same"}
    session.execute(
        KEEP,
        {
            "import": id,
            "columns": [UUID(one.asked.column_id) for one in verdicts],
            "people": [UUID(one.asked.person_id) for one in verdicts],
            "states": [states.get(one.state, "kept" if undoing else one.state) for one in verdicts],
            "stands": [one.value for one in verdicts],
            "reasons": [one.reason for one in verdicts],
            "versions": [one.version for one in verdicts],
        },
    )


PROBLEMS = ("conflict", "invalid", "locked", "missing", "kept")


def list_cells(
    session: Session, id: UUID, *, problems: bool, offset: int = 0, limit: int | None = None
) -> Sequence[AnyRow]:
    """List the cells of an import: those that change, or those that cannot and why, in the order of the file."""
    chosen = IMPORT_CELL.c.state.in_(PROBLEMS)
    query = select(IMPORT_CELL).where(IMPORT_CELL.c.import_id == id, chosen if problems else ~chosen)
    return session.execute(
        query.order_by(IMPORT_CELL.c.row, IMPORT_CELL.c.column_id).offset(offset).limit(limit)
    ).all()
