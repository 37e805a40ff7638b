"""Tell others of sealed and superseded statements: feed ejournal/statements, subject the statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.outbox import record
from ejournal.statements.rules_numbers import number_text

FEED = "ejournal/statements"


def _about(statement: AnyRow) -> dict[str, Any]:
    return {
        "statement_id": str(statement.id),
        "number": number_text(statement.kind, statement.year, statement.serial),
        "kind": statement.kind,
        "journal_id": str(statement.journal_id),
        "group_id": str(statement.group_id),
        "period_id": str(statement.period_id),
    }


def sealed(session: Session, statement: AnyRow, rows: Sequence[Mapping[str, Any]], seal: str) -> None:
    """Record that a statement was sealed, with the outcome of every learner."""
    outcomes = [
        {
            "person_id": str(row["person_id"]),
            "state": row["state"],
            "final": row["final"],
            "letter": row["letter"],
            "points": None if row["points"] is None else f"{row['points']:.2f}",
        }
        for row in rows
    ]
    data = _about(statement) | {
        "discipline_title": statement.head["discipline"],
        "credits": statement.head["credits"],
        "digest": seal,
        "rectifies": str(statement.rectifies_id) if statement.rectifies_id else None,
        "rows": outcomes,
    }
    record(
        session,
        "ejournal.statement.sealed.v1",
        feed=FEED,
        subject=str(statement.id),
        data=data,
        subject_version=1,
    )


def superseded(session: Session, former: AnyRow, statement: AnyRow) -> None:
    """Record that a statement was superseded by its rectification."""
    data = _about(former) | {
        "superseded_by": str(statement.id),
        "reason": statement.reason,
        "order_number": statement.order_number,
        "order_date": statement.order_date.isoformat(),
    }
    record(
        session,
        "ejournal.statement.superseded.v1",
        feed=FEED,
        subject=str(former.id),
        data=data,
        subject_version=2,
    )
