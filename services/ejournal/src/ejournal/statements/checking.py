"""The public check of a statement: by number and code, says whether it holds and whether it is what somebody has in hand.

Nothing about persons or marks leaves here. A number that does not exist, a wrong code and a statement that is not sealed get one and
the same answer after the same two queries.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ejournal.statements.model import PAPER, STATEMENT
from ejournal.statements.rules import ACCEPTED, SEALED
from ejournal.statements.rules_numbers import CODE_LENGTH, Number, number_text, read_code, read_number

NO_NUMBER = Number("rating", 0, 0)
NO_CODE = "-" * CODE_LENGTH


@dataclass(frozen=True, slots=True)
class Found:
    """What the public may know: `valid` or superseded, number, day of the sealing, whether it matches (None: nothing was sent)."""

    valid: bool
    number: str
    sealed_at: datetime
    matches: bool | None


def check(session: Session, *, number: str, code: str, held: str | None = None) -> Found | None:
    """Check a statement.

    Args:
        session: the unit of work.
        number: as typed.
        code: as typed.
        held: SHA-256 of the paper somebody holds, or the digest printed on it; 64 hex digits.

    Returns:
        None when nothing sealed has this number with this code.
    """
    asked = read_number(number) or NO_NUMBER
    row = session.execute(
        select(
            STATEMENT.c.id, STATEMENT.c.code, STATEMENT.c.state, STATEMENT.c.digest, STATEMENT.c.accepted_at
        ).where(
            STATEMENT.c.kind == asked.kind, STATEMENT.c.year == asked.year, STATEMENT.c.serial == asked.serial
        )
    ).one_or_none()
    papers = session.scalars(
        select(PAPER.c.digest).where(PAPER.c.statement_id == (row.id if row else None))
    ).all()
    known = row.code if row and row.state in SEALED else NO_CODE
    right = hmac.compare_digest(known.encode(), read_code(code).encode())
    if row is None or not right:
        return None
    return Found(
        valid=row.state == ACCEPTED,
        number=number_text(*asked),
        sealed_at=row.accepted_at,
        matches=None if held is None else _matches(held, [row.digest, *papers]),
    )


def _matches(held: str, digests: Sequence[str]) -> bool:
    wanted = held.strip().lower()
    return any(hmac.compare_digest(wanted.encode(), one.encode()) for one in digests)
