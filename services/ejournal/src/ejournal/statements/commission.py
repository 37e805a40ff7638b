"""What commissions decided on appeals, as a rectification has to carry it out."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from ejournal.appeals.model import APPEAL
from ejournal.attestation.model import ATTEMPT
from ejournal.statements.model import STATEMENT
from ejournal.statements.rules import APPEALED


def decided(session: Session, statement: AnyRow) -> Mapping[UUID, str]:
    """Give the marks of commissions that a rectification carries out, by learner."""
    if statement.reason != APPEALED:
        return {}
    former = select(STATEMENT.c.rectifies_id.label("id")).where(STATEMENT.c.id == statement.id)
    chain = former.cte("chain", recursive=True)
    chain = chain.union(select(STATEMENT.c.rectifies_id).join(chain, chain.c.id == STATEMENT.c.id))
    query = (
        select(ATTEMPT.c.person_id, APPEAL.c.exam)
        .join(ATTEMPT, ATTEMPT.c.id == APPEAL.c.attempt_id)
        .where(
            ATTEMPT.c.statement_id.in_(select(chain.c.id)),
            APPEAL.c.decided_at >= statement.issued_at,
            APPEAL.c.exam.is_not(None),
        )
    )
    return {row.person_id: str(row.exam) for row in session.execute(query)}
