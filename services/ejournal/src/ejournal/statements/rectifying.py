"""Rectify a sealed statement: an appeal, a clerical error, an integrity case, each by an order.

The rectification is a statement of its own, with a number of the same series and the rows of the former one to correct. The former
one holds until the rectification is sealed, and stays readable for good.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from ejournal.journal.service import Reader
from ejournal.statements import issuing, service, signing, wording
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Why, and by which order."""

    reason: str
    order_number: str
    order_date: date


def rectify(session: Session, *, statement_id: UUID, basis: Basis, reader: Reader) -> UUID:
    """Issue the rectification of a sealed statement.

    Args:
        session: the unit of work.
        statement_id: the sealed statement.
        basis: reason and order.
        reader: who issues, and where this person may.

    Returns:
        The id of the rectification.

    Raises:
        NotFound: there is no such statement.
        ForeignStatement: it is out of the person's scope.
        StatementRefused: it is not sealed, was superseded, or has a rectification already.
    """
    former = service.get_or_raise(session, statement_id=statement_id, reader=reader, lock=True)
    rows = service.list_rows(session, statement_id=statement_id)
    found = refusals("rectify", signing.standing(session, former, rows, actor=reader.person_id, key=None))
    if found:
        raise StatementRefused(**wording.refused(found))
    kept = ("journal_id", "rule_set", "head", "after_id")
    values = {name: former._mapping[name] for name in kept} | {
        "rectifies_id": former.id,
        "reason": basis.reason,
        "order_number": basis.order_number,
        "order_date": basis.order_date,
    }
    made = issuing.insert_statement(session, kind=former.kind, by=reader.person_id, values=values)
    agreed = dict.fromkeys(("agreed_by", "agreed_because"))
    issuing.insert_rows(session, made, [row | agreed for row in rows])
    return made
