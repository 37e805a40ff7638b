"""What admission asks of coursework: whether it is planned, and the sealed mark of each learner (rule 5)."""

from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ejournal.statements.model import ROW, STATEMENT
from ejournal.statements.rules import ACCEPTED


def marks(session: Session, *, journal_id: UUID) -> tuple[bool, Mapping[UUID, Fraction]]:
    """Give the coursework marks of a journal.

    A coursework statement makes coursework planned, from its issue on; its marks count once it is sealed.

    Returns:
        Whether coursework is planned, and final marks by learner.
    """
    ours = (STATEMENT.c.journal_id == journal_id) & (STATEMENT.c.kind == "coursework")
    planned = session.scalar(select(STATEMENT.c.id).where(ours).limit(1)) is not None
    query = (
        select(ROW.c.person_id, ROW.c.final)
        .join(STATEMENT, STATEMENT.c.id == ROW.c.statement_id)
        .where(ours, STATEMENT.c.state == ACCEPTED, ROW.c.final.is_not(None))
    )
    return planned, {person: Fraction(final) for person, final in session.execute(query)}
