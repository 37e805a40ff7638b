"""What a sealed statement means for its learners: attempts, which debts, transcripts and ranks follow from."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis.db import AnyRow
from ejournal.attestation import service as attestation
from ejournal.attestation.service import Taken
from ejournal.statements.rules import KINDS

ATTEMPTS = {"examination": "exam"}
"""Kinds whose attempts have another name."""


def record(session: Session, statement: AnyRow, rows: Sequence[Mapping[str, Any]]) -> None:
    """Record the attempts of a statement sealed now; those of the statement it rectifies are superseded before."""
    if statement.rectifies_id:
        attestation.supersede_attempts(session, statement_id=statement.rectifies_id)
    if not KINDS[statement.kind].marked:
        return
    taken = [
        Taken(
            person_id=row["person_id"],
            exam=row["mark"],
            final=row["final"],
            letter=row["letter"],
            points=None if row["points"] is None else str(row["points"]),
            traditional=row["traditional"],
            state=row["state"],
        )
        for row in rows
    ]
    attestation.record_attempts(
        session,
        statement_id=statement.id,
        journal_id=statement.journal_id,
        kind=ATTEMPTS.get(statement.kind, statement.kind),
        rows=taken,
    )
