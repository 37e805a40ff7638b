"""Keep what accepted statements gave: one attempt per learner, numbered within the journal, superseded only by a rectification."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow, new_id
from chassis.problems import NotFound
from ejournal.attestation import debts, standing
from ejournal.attestation.model import ATTEMPT
from ejournal.attestation.problems import RulesUnknown
from ejournal.attestation.rules import free_number
from ejournal.journal.model import JOURNAL

COURSEWORK = "coursework"


@dataclass(frozen=True, slots=True)
class Taken:
    """One learner's row of an accepted statement: the examination cell as it is stored, and what it came to.

    `state` is passed, retake, failed, not_admitted or individual; `points` is decimal text.
    """

    person_id: UUID
    exam: str | None
    state: str
    final: int | None = None
    letter: str | None = None
    points: str | None = None
    traditional: str | None = None


def record_attempts(
    session: Session, *, statement_id: UUID, journal_id: UUID, kind: str, rows: Sequence[Taken]
) -> None:
    """Record the attempts of a statement the registrar accepts, settle debts and tell the learners' achievements.

    The acceptance itself is audited by the statement; the journal is locked until the unit of work ends.

    Args:
        session: the unit of work.
        statement_id: the accepted statement.
        journal_id: of the statement.
        kind: exam, retake, individual, summer, coursework, practice or state_exam.
        rows: one per learner.

    Raises:
        NotFound: there is no such journal.
        RulesUnknown: the journal has no rule set.
    """
    journal = _lock(session, journal_id)
    if journal.rule_set is None:
        raise RulesUnknown
    taken = _numbers(session, journal_id, [row.person_id for row in rows], coursework=kind == COURSEWORK)
    common = {
        "statement_id": statement_id,
        "journal_id": journal_id,
        "kind": kind,
        "rule_set": journal.rule_set,
        "accepted_at": clock.now(),
    }
    values = [
        {**common, **asdict(row), "id": new_id(), "number": free_number(taken.get(row.person_id, ()))}
        for row in rows
    ]
    if values:
        session.execute(insert(ATTEMPT), values)
        _follow(session, journal, [row.person_id for row in rows])


def supersede_attempts(session: Session, *, statement_id: UUID) -> None:
    """Supersede the attempts of a statement that a rectification replaces; they stay readable.

    The rectification's own attempts, recorded afterwards, take the numbers that become free.
    """
    ours = ATTEMPT.c.statement_id == statement_id
    journal_id = session.scalar(select(ATTEMPT.c.journal_id).where(ours).limit(1))
    if journal_id is None:
        return
    journal = _lock(session, journal_id)
    people = session.scalars(
        update(ATTEMPT)
        .where(ours, ATTEMPT.c.superseded_at.is_(None))
        .values(superseded_at=clock.now())
        .returning(ATTEMPT.c.person_id)
    ).all()
    if people:
        _follow(session, journal, people)


def _follow(session: Session, journal: AnyRow, people: Sequence[UUID]) -> None:
    debts.settle(session, discipline_id=journal.discipline_id, people=people)
    standing.tell(session, journal=journal, people=people)


def _lock(session: Session, journal_id: UUID) -> AnyRow:
    query = select(
        JOURNAL.c.id, JOURNAL.c.rule_set, JOURNAL.c.discipline_id, JOURNAL.c.group_id, JOURNAL.c.period_id
    ).where(JOURNAL.c.id == journal_id)
    journal = session.execute(query.with_for_update(key_share=True)).one_or_none()
    if journal is None:
        raise NotFound
    return journal


def _numbers(
    session: Session, journal_id: UUID, people: Iterable[UUID], *, coursework: bool
) -> dict[UUID, set[int]]:
    """Find the numbers each learner has used in the journal; coursework is numbered on its own."""
    query = select(ATTEMPT.c.person_id, ATTEMPT.c.number).where(
        ATTEMPT.c.journal_id == journal_id,
        ATTEMPT.c.person_id.in_(list(people)),
        (ATTEMPT.c.kind == COURSEWORK) == coursework,
        ATTEMPT.c.superseded_at.is_(None),
    )
    found: dict[UUID, set[int]] = {}
    for person, number in session.execute(query):
        found.setdefault(person, set()).add(number)
    return found
