"""Add entries to the stream of a journal, in the unit of work of the act itself.

Nothing here knows other capabilities, so that every act on a journal can call it. The head of the stream (number and digest) stands
on the journal's own row: whoever holds the row's lock knows it without another read.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import clock
from ejournal.integrity import rules

APPEND = text("""
    WITH entry AS (
      INSERT INTO stream_entry (journal_id, number, at, actor, kind, bytes, digest, seed, opened)
      VALUES (:journal, :number, :at, :actor, :kind, :bytes, :digest, :seed, :opened)
    )
    UPDATE journal SET stream_number = :number, stream_digest = :digest WHERE id = :journal
""")
HEAD = text("SELECT stream_number, stream_digest FROM journal WHERE id = :journal FOR NO KEY UPDATE")
STREAMS = text("SELECT id, stream_number, stream_digest FROM journal WHERE stream_number > 0")
PRESENT = text("""
    SELECT person_id, column_id, version, value FROM cell WHERE journal_id = :journal ORDER BY column_id, person_id
""")


@dataclass(frozen=True)
class Head:
    """Where a stream ends: the number of its last entry, 0 when there is none, and its digest."""

    number: int = 0
    digest: bytes = rules.BEGINNING


@dataclass(frozen=True)
class Entry:
    """An entry, ready to be inserted; `seed` and `opened` open its commitments and are None where it has no cells."""

    journal_id: UUID
    number: int
    at: datetime
    actor: UUID | None
    kind: str
    content: bytes
    digest: bytes
    seed: bytes | None = None
    opened: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of `APPEND`, also for a statement that inserts the entry among other things."""
        return {**self.__dict__, "journal": self.journal_id, "bytes": self.content}


def make_entry(
    head: Head,
    *,
    journal_id: UUID,
    kind: str,
    data: Mapping[str, Any],
    actor: UUID | None,
    cells: Sequence[str] = (),
) -> Entry:
    """Make the entry that follows a head; writing it is the caller's.

    Args:
        head: the end of the stream, read under the journal's lock.
        journal_id: whose stream.
        kind: what was done, `cells.saved`.
        data: what else stands in the entry, JSON-able; no mark, since whoever is shown the stream reads it.
        actor: who did it; None for what follows from an event of another service.
        cells: cells committed to, each as `rules.cell_text` writes it.
    """
    number, at = head.number + 1, clock.now()
    seed = secrets.token_bytes(rules.SEED) if cells else None
    told = dict(data)
    if seed:
        told |= {"count": len(cells), "cells": rules.together(rules.commitments(seed, cells))}
    content = rules.entry_bytes(
        {
            "journal": str(journal_id),
            "n": number,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": str(actor) if actor else None,
            "kind": kind,
            "data": told,
        }
    )
    digest = rules.chained(head.digest, content)
    opened = "\n".join(cells) if cells else None
    return Entry(journal_id, number, at, actor, kind, content, digest, seed, opened)


def append(
    session: Session,
    *,
    journal_id: UUID,
    kind: str,
    data: Mapping[str, Any],
    actor: UUID | None,
    cells: Sequence[str] = (),
) -> Entry:
    """Add an entry to the stream of a journal; call it in the unit of work of every act on a journal, under its lock.

    Args:
        session: the unit of work.
        journal_id: whose stream; its row is locked by the caller (it is locked here at the latest).
        kind: what was done: `column.published`, `statement.issued`, ….
        data: what else stands in the entry, JSON-able; no mark: marks go into `cells`.
        actor: who did it; None for what follows from an event of another service.
        cells: cells committed to, each as `rules.cell_text` writes it.
    """
    head = begun(session, journal_id=journal_id)
    return _write(
        session, make_entry(head, journal_id=journal_id, kind=kind, data=data, actor=actor, cells=cells)
    )


def begin(session: Session, *, journal_id: UUID, data: Mapping[str, Any]) -> Entry:
    """Begin the stream of a journal that has just been opened."""
    return _write(
        session, make_entry(Head(), journal_id=journal_id, kind="journal.opened", data=data, actor=None)
    )


def begun(session: Session, *, journal_id: UUID) -> Head:
    """Lock a journal and give the head of its stream; one that was filled before there were streams is taken over as it stands."""
    row = session.execute(HEAD, {"journal": journal_id}).one()
    if row.stream_number:
        return Head(row.stream_number, bytes(row.stream_digest))
    cells = [
        rules.cell_text(str(cell.person_id), str(cell.column_id), cell.version, cell.value)
        for cell in session.execute(PRESENT, {"journal": journal_id})
    ]
    entry = make_entry(
        Head(), journal_id=journal_id, kind="journal.taken_over", data={}, actor=None, cells=cells
    )
    _write(session, entry)
    return Head(entry.number, entry.digest)


def _write(session: Session, entry: Entry) -> Entry:
    session.execute(APPEND, entry.parameters)
    return entry
