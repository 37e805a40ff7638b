"""File and decide appeals. A changed mark is recorded with the decision; it takes effect by a rectification statement alone.

The rectification is issued with the decision, by the order named there, where the mark stands in a statement sealed here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow, new_id
from chassis.problems import NotFound
from ejournal.appeals import wording
from ejournal.appeals.model import APPEAL
from ejournal.appeals.problems import AlreadyDecided, AppealRefused, ForeignAppeal
from ejournal.appeals.rules import Filing, decision_refusals, filing_refusals, last_day
from ejournal.attestation.model import ATTEMPT
from ejournal.control.service import get_book
from ejournal.integrity import service as integrity
from ejournal.journal import windows
from ejournal.journal.model import JOURNAL, TEACHER
from ejournal.journal.rules import Asked
from ejournal.journal.service import Reader
from ejournal.statements import appealed
from ejournal.statements.rectifying import Basis
from ejournal.statements.rules import APPEALED
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON

ATTEMPTS = (
    select(
        ATTEMPT.c.id.label("attempt_id"), ATTEMPT.c.person_id, ATTEMPT.c.journal_id, ATTEMPT.c.statement_id,
        ATTEMPT.c.exam.label("mark"), ATTEMPT.c.final, ATTEMPT.c.letter, ATTEMPT.c.state, ATTEMPT.c.rule_set,
        ATTEMPT.c.accepted_at, ATTEMPT.c.superseded_at, PERSON.c.family_name, PERSON.c.given_name,
        DISCIPLINE.c.title.label("discipline"), GROUP.c.code.label("group"), PERIOD.c.title.label("period"),
        APPEAL.c.id, APPEAL.c.reason, APPEAL.c.filed_at, APPEAL.c.version, APPEAL.c.commission, APPEAL.c.protocol,
        APPEAL.c.outcome, APPEAL.c.exam, APPEAL.c.decided_at,
    )
    .join(JOURNAL, JOURNAL.c.id == ATTEMPT.c.journal_id)
    .outerjoin(APPEAL, APPEAL.c.attempt_id == ATTEMPT.c.id)
    .outerjoin(PERSON, PERSON.c.person_id == ATTEMPT.c.person_id)
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
)  # fmt: skip


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List a learner's attempts that stand or were appealed against, the latest first."""
    query = ATTEMPTS.where(
        ATTEMPT.c.person_id == person_id, ATTEMPT.c.superseded_at.is_(None) | APPEAL.c.id.is_not(None)
    )
    return session.execute(query.order_by(ATTEMPT.c.accepted_at.desc(), ATTEMPT.c.id)).all()


def term_of(session: Session, attempt: AnyRow) -> date:
    """Find the last day on which an appeal against an attempt may be filed."""
    days = get_book(session).sets[attempt.rule_set].parameters.appeal_days
    accepted = attempt.accepted_at.astimezone(clock.ACADEMY).date()
    return last_day(accepted, days, windows.get_policy(session).is_day_off)


def why_not(session: Session, attempt: AnyRow) -> list[str]:
    """Name everything that stands against an appeal today."""
    return filing_refusals(
        Filing(
            state=attempt.state,
            superseded=attempt.superseded_at is not None,
            already=attempt.id is not None,
            today=clock.today(),
            last=term_of(session, attempt),
        )
    )


def file(session: Session, *, attempt_id: UUID, person_id: UUID, reason: str) -> UUID:
    """File an appeal against the own mark.

    Raises:
        NotFound: the attempt is not this learner's.
        AppealRefused: with every reason.
    """
    query = ATTEMPTS.where(ATTEMPT.c.id == attempt_id, ATTEMPT.c.person_id == person_id)
    attempt = session.execute(query.with_for_update(key_share=True, of=JOURNAL)).one_or_none()
    if attempt is None:
        raise NotFound
    if refusals := why_not(session, attempt):
        raise AppealRefused(**wording.refused(refusals))
    appeal_id = new_id()
    session.execute(
        insert(APPEAL).values(
            id=appeal_id, attempt_id=attempt_id, reason=reason, filed_at=clock.now(), version=1
        )
    )
    _keep(session, "filed", attempt, appeal_id, actor=person_id, after={"reason": reason})
    return appeal_id


def _keep(
    session: Session, what: str, attempt: AnyRow, appeal_id: UUID, *, actor: UUID, after: dict[str, Any]
) -> None:
    """Leave an entry in the journal's stream and an audit row."""
    integrity.append(
        session,
        journal_id=attempt.journal_id,
        kind=f"appeal.{what}",
        data={"appeal": str(appeal_id), "attempt": str(attempt.attempt_id)},
        actor=actor,
    )
    audit(session, act=f"ejournal.appeal.{what}", subject=f"appeal:{appeal_id}", actor=actor, after=after)


def within(reader: Reader) -> ColumnElement[bool]:
    """Make the condition that an appeal (joined as in `ATTEMPTS`) is in the reader's scope."""
    return reader.scopes.where({"faculty": GROUP.c.faculty_code, "group": GROUP.c.code})


def list_query(*, reader: Reader) -> Select[Any]:
    """Make the query of the appeals in the reader's scope: those to decide first, the oldest on top."""
    query = ATTEMPTS.where(APPEAL.c.id.is_not(None), within(reader))
    return query.order_by(APPEAL.c.decided_at.is_not(None), APPEAL.c.filed_at, APPEAL.c.id)


def get_or_raise(session: Session, *, appeal_id: UUID, reader: Reader, lock: bool = False) -> AnyRow:
    """Get an appeal with its attempt.

    Raises:
        NotFound: there is no such appeal.
        ForeignAppeal: there is, but not for this reader.
    """
    query = ATTEMPTS.add_columns(within(reader).label("allowed")).where(APPEAL.c.id == appeal_id)
    row = session.execute(query.with_for_update(key_share=True, of=JOURNAL) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    if not row.allowed:
        raise ForeignAppeal(extra={"appeal_id": str(appeal_id)})
    return row


def list_teachers(session: Session) -> Sequence[AnyRow]:
    """List those who may sit in a commission: teachers who work here."""
    names = (PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name, PERSON.c.patronymic)
    query = select(*names).where(PERSON.c.kind == "teacher", PERSON.c.status == "active")
    return session.execute(query.order_by(PERSON.c.sort_key)).all()


def decide(
    session: Session,
    *,
    appeal_id: UUID,
    reader: Reader,
    version: int,
    commission: Sequence[UUID],
    protocol: str,
    outcome: str,
    exam: int | None = None,
    order_number: str | None = None,
    order_date: date | None = None,
) -> AnyRow:
    """Record what the commission decided; a changed mark goes into a rectification of the sealed statement at once.

    Raises:
        NotFound, ForeignAppeal: as above.
        AlreadyDecided: somebody was faster.
        AppealRefused: with every reason.
        StatementRefused: a rectification of the statement is being signed just now.
    """
    appeal = get_or_raise(session, appeal_id=appeal_id, reader=reader, lock=True)
    if appeal.decided_at is not None or appeal.version != version:
        raise AlreadyDecided(extra={"version": appeal.version, "outcome": appeal.outcome})
    examiners = session.scalars(
        select(TEACHER.c.person_id).where(TEACHER.c.journal_id == appeal.journal_id)
    ).all()
    statement = appealed.find_latest(session, statement_id=appeal.statement_id)
    if refusals := decision_refusals(
        commission,
        examiners=examiners,
        outcome=outcome,
        exam=exam,
        sealed=statement is not None,
        order=(order_number, order_date),
    ):
        raise AppealRefused(**wording.refused(refusals))
    if statement and exam is not None and order_number and order_date:
        basis = Basis(reason=APPEALED, order_number=order_number, order_date=order_date)
        mark = Asked(str(appeal.person_id), str(exam), 0)
        appealed.carry_out(session, statement=statement, mark=mark, basis=basis, reader=reader)
    decided = {"commission": list(commission), "protocol": protocol, "outcome": outcome, "exam": exam}
    session.execute(
        update(APPEAL)
        .where(APPEAL.c.id == appeal_id, APPEAL.c.version == version)
        .values(**decided, version=version + 1, decided_at=clock.now(), decided_by=reader.person_id)
    )
    told: dict[str, Any] = {**decided, "commission": [str(person) for person in commission]}
    told |= {"order_number": order_number, "order_date": order_date.isoformat() if order_date else None}
    _keep(session, "decided", appeal, appeal_id, actor=reader.person_id, after=told)
    return get_or_raise(session, appeal_id=appeal_id, reader=reader)


def find_rectification(session: Session, appeal: AnyRow) -> AnyRow | None:
    """Find what the statement of a changed mark was rectified to; None when it was not, or is not kept here."""
    if appeal.outcome != "changed":
        return None
    found = appealed.find_latest(session, statement_id=appeal.statement_id)
    return found if found and found.id != appeal.statement_id else None
