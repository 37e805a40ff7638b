"""Carry out what a commission decided on an appeal: a rectification of the sealed statement with the commission's mark in it.

The mark holds when the rectification is signed and sealed like any other; until then the former statement stands. Nobody signs it with
another mark than the commission's.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader
from ejournal.statements import filling, rectifying, service, wording
from ejournal.statements.model import STATEMENT
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rectifying import Basis
from ejournal.statements.rules import OPEN, SUBMITTED, Refusal


def find_latest(session: Session, *, statement_id: UUID) -> AnyRow | None:
    """Find what a statement was rectified to, by its last rectification; None when this journal has no such statement."""
    found = session.execute(select(STATEMENT).where(STATEMENT.c.id == statement_id)).one_or_none()
    while found is not None:
        query = select(STATEMENT).where(STATEMENT.c.rectifies_id == found.id)
        later = session.execute(query).one_or_none()
        if later is None:
            break
        found = later
    return found


def carry_out(session: Session, *, statement: AnyRow, mark: Asked, basis: Basis, reader: Reader) -> UUID:
    """Put the mark of a commission into the rectification of a statement: one that is being filled, else a new one.

    Args:
        session: the unit of work.
        statement: the last of its rectifications, or itself.
        mark: whose, and which the commission gave; whatever stands there is written over.
        basis: reason and order.
        reader: who records the decision, and where this person may.

    Returns:
        The id of the rectification.

    Raises:
        ForeignStatement: it is out of the person's scope.
        StatementRefused: a rectification is being signed just now.
    """
    if statement.state == SUBMITTED:
        raise StatementRefused(**wording.refused((Refusal("wrong-state", {"state": SUBMITTED}),)))
    target: UUID = statement.id
    if statement.state not in OPEN:
        target = rectifying.rectify(session, statement_id=statement.id, basis=basis, reader=reader)
    rows = service.list_rows(session, statement_id=target)
    version = next(row["version"] for row in rows if str(row["person_id"]) == mark.key)
    asked = [replace(mark, base=version)]
    filling.save_marks(session, statement_id=target, asked=asked, reader=reader)
    return target
