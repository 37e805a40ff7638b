"""Statements and keys as the API gives them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from ejournal.fractions import decimal_text
from ejournal.statements import service, wording
from ejournal.statements.rules_rows import totals


def line(statement: AnyRow) -> dict[str, Any]:
    """Give a statement of a list."""
    return {**statement._mapping, "number": wording.number_of(statement)}


def whole(session: Session, statement: AnyRow) -> dict[str, Any]:
    """Give a statement with everything that belongs to it."""
    rows = service.list_rows(session, statement_id=statement.id)
    found = totals(rows)
    return line(statement) | {
        "rows": [_row(row) for row in rows],
        "signatures": [
            _signature(one) for one in service.list_signatures(session, statement_id=statement.id)
        ],
        "totals": {
            "listed": found.listed,
            "admitted": found.admitted,
            "letters": dict(found.letters),
            "passed": found.passed,
            "counted": found.counted,
            "success": None if found.success is None else decimal_text(found.success, 1),
            "quality": None if found.quality is None else decimal_text(found.quality, 1),
        },
        "related": [
            {"how": word, "id": str(row.id), "number": wording.number_of(row), "state": row.state}
            for word, row in service.list_related(session, statement=statement)
        ],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    left_out = ("statement_id", "agreed_by", "changed_by", "changed_at", "points", "person_id")
    told = {name: value for name, value in row.items() if name not in left_out}
    points = None if row["points"] is None else f"{row['points']:.2f}"
    return told | {"person_id": str(row["person_id"]), "points": points}


def _signature(one: AnyRow) -> dict[str, Any]:
    return {
        "role": one.role,
        "person_id": str(one.person_id),
        "name": one.name,
        "scheme": one.scheme,
        "key": one.public.hex(),
        "signed_at": one.signed_at.isoformat(),
        "version": one.version,
        "content": one.content.decode(),
        "signature": one.signature.hex(),
    }


def key(row: AnyRow) -> dict[str, Any]:
    """Give a key without its private half."""
    kept = ("id", "created_at", "revoked_at", "reason")
    return {**{name: row._mapping[name] for name in kept}, "public": row.public.hex()}


def day(moment: datetime) -> date:
    """Give the day of a moment in the academy."""
    return moment.astimezone(clock.ACADEMY).date()
