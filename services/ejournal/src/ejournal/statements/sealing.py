"""What is signed: the content of a statement in its canonical form, the examiner's signature over it, the registrar's over both.

The examiner signs the content. The registrar signs the sealed bytes: content and the examiner's signature together. The digest of the
sealed bytes stands on the paper and in the event; nothing of them ever changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.db import AnyRow
from ejournal.statements.rules_canonical import canonical
from ejournal.statements.rules_numbers import number_text
from ejournal.statements.rules_rows import RATED

OF_ROW = (
    "position", "name", *RATED, "admitted", "refusals", "earlier", "mark", "state", "final", "letter", "traditional",
)  # fmt: skip


def content(statement: AnyRow, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put together the content of a statement: all that is printed, and by which rules it was computed."""
    return {
        "id": str(statement.id),
        "number": number_text(statement.kind, statement.year, statement.serial),
        "kind": statement.kind,
        "journal_id": str(statement.journal_id),
        "after": _id(statement.after_id),
        "rectifies": _id(statement.rectifies_id),
        "reason": statement.reason,
        "order_number": statement.order_number,
        "order_date": statement.order_date.isoformat() if statement.order_date else None,
        "rule_set": statement.rule_set,
        "issued_at": moment(statement.issued_at),
        "head": statement.head,
        "rows": [
            {"person_id": str(row["person_id"]), **{name: row[name] for name in OF_ROW}}
            | {"points": None if row["points"] is None else f"{row['points']:.2f}"}
            for row in rows
        ],
    }


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def moment(at: datetime) -> str:
    """Write a moment for signing: UTC, to the microsecond."""
    return at.isoformat()


def to_be_signed(content_bytes: bytes, *, role: str, person_id: UUID, signed_at: datetime) -> bytes:
    """Give the bytes a signature is made over: the content, who signs it in which role, and when."""
    return canonical(
        {
            "content": content_bytes.decode(),
            "person_id": str(person_id),
            "role": role,
            "signed_at": moment(signed_at),
        }
    )


def sealed(content_bytes: bytes, examiner: Mapping[str, Any]) -> bytes:
    """Give the sealed bytes: the content and the examiner's signature."""
    return canonical({"content": content_bytes.decode(), "examiner": examiner})
