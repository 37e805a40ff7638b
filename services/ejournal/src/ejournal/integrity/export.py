"""Bring together everything about one journal that can be checked without us: the file `verify_journal.py` reads.

It holds marks: the stream with what opens it, cells and sheet as they stand, sealed statements with their papers, the roots that hold
the stream's heads with a path to each, and the rows of the audit about the journal with the seals over them.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.db import AnyRow
from chassis.files import FileMissing, Store
from chassis.sealing_key import private_key, public_bytes
from ejournal.appeals.model import APPEAL
from ejournal.attestation.model import ATTEMPT
from ejournal.integrity import roots, rules
from ejournal.integrity.model import ROOT_HEAD, STREAM_ENTRY
from ejournal.integrity.rules_verify import EXPORT_FORM
from ejournal.journal.model import CELL, JOURNAL, SHEET_ROW
from ejournal.statements.model import PAPER, STATEMENT
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD


def gather(session: Session, *, journal_id: UUID, store: Store, audit_key: str = "") -> dict[str, Any]:
    """Gather the document of a journal.

    Args:
        session: only reads.
        journal_id: the journal; the caller has checked that it is there.
        store: where the papers of statements are kept.
        audit_key: the key (PEM) the service's audit is sealed with; its public half goes along.
    """
    return {
        "form": EXPORT_FORM,
        "made_at": clock.now().isoformat(),
        "journals": [_journal(session, journal_id, store)],
        "roots": _roots(session, journal_id),
        "audit": _audit(session, journal_id, audit_key),
    }


def _journal(session: Session, journal_id: UUID, store: Store) -> dict[str, Any]:
    entries = session.execute(
        select(STREAM_ENTRY).where(STREAM_ENTRY.c.journal_id == journal_id).order_by(STREAM_ENTRY.c.number)
    )
    cells = session.execute(
        select(CELL.c.person_id, CELL.c.column_id, CELL.c.version, CELL.c.value)
        .where(CELL.c.journal_id == journal_id)
        .order_by(CELL.c.column_id, CELL.c.person_id)
    )
    return {
        "id": str(journal_id),
        "title": _title(session, journal_id),
        "entries": [_entry(row) for row in entries],
        "cells": [rules.cell_text(str(c.person_id), str(c.column_id), c.version, c.value) for c in cells],
        "sheet": _sheet(session, journal_id),
        "statements": _statements(session, journal_id, store),
        "proofs": proofs(session, journal_id=journal_id),
    }


def _title(session: Session, journal_id: UUID) -> dict[str, Any]:
    query = (
        select(
            DISCIPLINE.c.title.label("discipline"), GROUP.c.code.label("group"), PERIOD.c.code.label("period")
        )
        .select_from(JOURNAL)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
        .where(JOURNAL.c.id == journal_id)
    )
    return dict(session.execute(query).one()._mapping)


def _entry(row: AnyRow) -> dict[str, Any]:
    found: dict[str, Any] = {
        "n": row.number,
        "bytes": bytes(row.bytes).decode(errors="replace"),
        "digest": bytes(row.digest).hex(),
    }
    if row.seed is not None:
        found |= {"seed": bytes(row.seed).hex(), "opened": row.opened.split("\n")}
    return found


def _sheet(session: Session, journal_id: UUID) -> list[str]:
    """Give the cells as the page shows them, from its read model."""
    query = select(SHEET_ROW.c.person_id, SHEET_ROW.c.cells).where(SHEET_ROW.c.journal_id == journal_id)
    return [
        rules.cell_text(str(person), column, cell[1], cell[0])
        for person, cells in session.execute(query.order_by(SHEET_ROW.c.person_id))
        for column, cell in cells.items()
    ]


def _statements(session: Session, journal_id: UUID, store: Store) -> list[dict[str, Any]]:
    """Give the sealed bytes of statements with their papers, superseded ones too."""
    query = select(STATEMENT.c.id, STATEMENT.c.content).where(
        STATEMENT.c.journal_id == journal_id, STATEMENT.c.accepted_at.is_not(None)
    )
    return [
        {
            "id": str(row.id),
            "content": bytes(row.content or b"").decode(errors="replace"),
            "papers": _papers(session, row.id, store),
        }
        for row in session.execute(query.order_by(STATEMENT.c.id))
    ]


def _papers(session: Session, statement_id: UUID, store: Store) -> dict[str, str | None]:
    """Give the papers of a statement as they lie in the store now, damaged or not; None where the file is gone."""
    query = select(PAPER.c.language, PAPER.c.digest).where(PAPER.c.statement_id == statement_id)
    return {
        row.language: _file(store, row.digest) for row in session.execute(query.order_by(PAPER.c.language))
    }


def _file(store: Store, digest: str) -> str | None:
    try:
        with store.open(digest) as source:
            return base64.b64encode(source.read()).decode()
    except FileMissing:
        return None


def proofs(session: Session, *, journal_id: UUID, first: int = 1) -> list[dict[str, Any]]:
    """Give, for each root that met a new head of a journal and for the latest, the head and its path to the root.

    Args:
        session: only reads.
        journal_id: the journal.
        first: the root to begin with.
    """
    latest = roots.find_latest(session)
    if latest is None:
        return []
    query = select(ROOT_HEAD.c.root_number).where(
        ROOT_HEAD.c.journal_id == journal_id, ROOT_HEAD.c.root_number >= first
    )
    wanted = {*session.scalars(query), latest["number"]}
    return [proof for proof in _draw(session, journal_id, wanted) if proof]


def proof_at(session: Session, *, journal_id: UUID, root: int) -> dict[str, Any] | None:
    """Give the head a root holds of a journal, and its path; None when it holds none."""
    return next(iter(_draw(session, journal_id, {root})))


def _draw(session: Session, journal_id: UUID, wanted: set[int]) -> Iterable[dict[str, Any] | None]:
    """Draw the trees of some roots, going once through all heads."""
    rows = session.execute(
        select(ROOT_HEAD).where(ROOT_HEAD.c.root_number <= max(wanted)).order_by(ROOT_HEAD.c.root_number)
    ).all()
    heads: dict[UUID, roots.HeadOf] = {}
    at = 0
    for number in sorted(wanted):
        while at < len(rows) and rows[at].root_number <= number:
            heads[rows[at].journal_id] = (rows[at].number, bytes(rows[at].digest))
            at += 1
        yield _proof(heads, journal_id, number)


def _proof(heads: Mapping[UUID, roots.HeadOf], journal_id: UUID, root: int) -> dict[str, Any] | None:
    if journal_id not in heads:
        return None
    position = sorted(heads).index(journal_id)
    number, digest = heads[journal_id]
    way = rules.path(roots.leaves(heads), position)
    return {
        "root": root,
        "n": number,
        "digest": digest.hex(),
        "position": position,
        "size": len(heads),
        "path": [step.hex() for step in way],
    }


def _roots(session: Session, journal_id: UUID) -> list[dict[str, Any]]:
    query = select(ROOT_HEAD.c.root_number).where(ROOT_HEAD.c.journal_id == journal_id)
    latest = roots.find_latest(session)
    return roots.list_roots(
        session, numbers={*session.scalars(query), *([latest["number"]] if latest else [])}
    )


def _audit(session: Session, journal_id: UUID, key: str) -> dict[str, Any]:
    rows = session.execute(select(audit.ROW).where(about(journal_id)).order_by(audit.ROW.c.number)).mappings()
    plain = [audit.plain_row(row) for row in rows]
    own = {row["number"] for row in plain}
    part = audit.part(session, numbers=[*own, *audit.list_removed(session)])
    return {
        **part,
        "rows": plain,
        "others": [
            row
            for row in audit.present(session, seals=[seal["number"] for seal in part["seals"]])
            if row not in own
        ],
        "key": public_bytes(private_key(key)).hex() if key else None,
    }


def about(journal_id: UUID) -> ColumnElement[bool]:
    """Make the condition that an audit row is about a journal, one of its statements or an appeal against one of their marks."""
    statements = select("statement:" + cast(STATEMENT.c.id, Text)).where(STATEMENT.c.journal_id == journal_id)
    appeals = (
        select("appeal:" + cast(APPEAL.c.id, Text))
        .join(ATTEMPT, ATTEMPT.c.id == APPEAL.c.attempt_id)
        .where(ATTEMPT.c.journal_id == journal_id)
    )
    return or_(
        audit.ROW.c.subject == f"journal:{journal_id}",
        audit.ROW.c.subject.startswith(f"journal:{journal_id}:", autoescape=True),
        audit.ROW.c.subject.in_(statements),
        audit.ROW.c.subject.in_(appeals),
    )
