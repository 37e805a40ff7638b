"""Open and close academic debts as attempts come and go, and list them."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow, new_id
from chassis.outbox import record
from ejournal.attestation.model import ATTEMPT, DEBT
from ejournal.attestation.rules_debts import owed
from ejournal.fractions import decimal_text
from ejournal.journal.model import JOURNAL
from ejournal.journal.service import Reader
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON

FEED = "ejournal/statements"
UNTITLED = {"kk": "—", "ru": "—"}
LIST = (
    select(
        DEBT.c.id,
        DEBT.c.person_id,
        DEBT.c.discipline_id,
        DEBT.c.journal_id,
        DEBT.c.reason,
        DEBT.c.opened_at,
        ATTEMPT.c.letter,
        ATTEMPT.c.number.label("attempts"),
        JOURNAL.c.credits,
        PERSON.c.family_name,
        PERSON.c.given_name,
        DISCIPLINE.c.title.label("discipline"),
        GROUP.c.code.label("group"),
        PERIOD.c.title.label("period"),
    )
    .join(ATTEMPT, ATTEMPT.c.id == DEBT.c.attempt_id)
    .join(JOURNAL, JOURNAL.c.id == DEBT.c.journal_id)
    .outerjoin(PERSON, PERSON.c.person_id == DEBT.c.person_id)
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == DEBT.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
    .where(DEBT.c.closed_at.is_(None))
)


def settle(session: Session, *, discipline_id: UUID, people: Iterable[UUID]) -> None:
    """Bring the debts of learners in a discipline to what their attempts say, and record what changed.

    Records `ejournal.debt.opened.v1` when a debt opens or its reason changes, `ejournal.debt.closed.v1` when it closes: by a
    passed attempt, or because the attempts it stood on were superseded.
    """
    whom = list(people)
    owing = _owing(session, discipline_id, whom)
    opened = _open(session, discipline_id, whom)
    for person in whom:
        attempt, debt = owing.get(person), opened.get(person)
        if attempt is None and debt is not None:
            _close(session, debt, passed=person in owing)
        elif attempt is not None and (debt is None or debt.attempt_id != attempt.id):
            _keep(session, discipline_id, attempt, debt)


def _owing(session: Session, discipline_id: UUID, people: Sequence[UUID]) -> Mapping[UUID, AnyRow | None]:
    """Find the attempt by which each learner owes the discipline; None when the learner has passed, absent when nothing counts."""
    query = (
        select(ATTEMPT.c.id, ATTEMPT.c.person_id, ATTEMPT.c.journal_id, ATTEMPT.c.state, ATTEMPT.c.letter)
        .join(JOURNAL, JOURNAL.c.id == ATTEMPT.c.journal_id)
        .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
        .where(
            JOURNAL.c.discipline_id == discipline_id,
            ATTEMPT.c.person_id.in_(people),
            ATTEMPT.c.superseded_at.is_(None),
            ATTEMPT.c.kind != "coursework",
        )
        .order_by(ATTEMPT.c.person_id, PERIOD.c.starts, ATTEMPT.c.number)
    )
    rows = session.execute(query).all()
    return {person: owed(list(own)) for person, own in groupby(rows, key=lambda row: row.person_id)}


def _open(session: Session, discipline_id: UUID, people: Sequence[UUID]) -> Mapping[UUID, AnyRow]:
    query = (
        select(DEBT)
        .where(
            DEBT.c.discipline_id == discipline_id, DEBT.c.person_id.in_(people), DEBT.c.closed_at.is_(None)
        )
        .with_for_update(key_share=True)
    )
    return {row.person_id: row for row in session.execute(query)}


def _keep(session: Session, discipline_id: UUID, attempt: AnyRow, debt: AnyRow | None) -> None:
    now = {"attempt_id": attempt.id, "journal_id": attempt.journal_id, "reason": attempt.state}
    if debt is None:
        debt_id, version, opened_at = new_id(), 1, clock.now()
        fixed = {"person_id": attempt.person_id, "discipline_id": discipline_id, "opened_at": opened_at}
        session.execute(insert(DEBT).values(id=debt_id, version=version, **fixed, **now))
    else:
        debt_id, version, opened_at = debt.id, debt.version + 1, debt.opened_at
        session.execute(update(DEBT).where(DEBT.c.id == debt_id).values(version=version, **now))
    row = session.execute(
        LIST.add_columns(JOURNAL.c.group_id, JOURNAL.c.period_id).where(DEBT.c.id == debt_id)
    ).one()
    data = {
        **_ids(row),
        "discipline_title": row.discipline or UNTITLED,
        "journal_id": str(row.journal_id),
        "group_id": str(row.group_id),
        "period_id": str(row.period_id),
        "credits": decimal_text(Fraction(row.credits)),
        "reason": row.reason,
        "letter": row.letter,
        "opened_at": opened_at.isoformat(),
    }
    _record(session, "ejournal.debt.opened.v1", data, version)


def _close(session: Session, debt: AnyRow, *, passed: bool) -> None:
    by, at, version = "passed" if passed else "superseded", clock.now(), debt.version + 1
    session.execute(
        update(DEBT).where(DEBT.c.id == debt.id).values(closed_at=at, closed_by=by, version=version)
    )
    data = {**_ids(debt), "closed_by": by, "closed_at": at.isoformat()}
    _record(session, "ejournal.debt.closed.v1", data, version)


def _ids(row: Row[Any]) -> dict[str, str]:
    return {"debt_id": str(row.id), "person_id": str(row.person_id), "discipline_id": str(row.discipline_id)}


def _record(session: Session, kind: str, data: dict[str, Any], version: int) -> None:
    record(session, kind, feed=FEED, subject=data["debt_id"], data=data, subject_version=version)


def within(reader: Reader) -> ColumnElement[bool]:
    """Make the condition that a debt (joined as in `LIST`) is in the reader's scope."""
    return reader.scopes.where(
        {
            "department": DISCIPLINE.c.department_code,
            "faculty": GROUP.c.faculty_code,
            "group": GROUP.c.code,
            "discipline": DISCIPLINE.c.code,
        }
    )


def list_query(*, reader: Reader, group: str | None = None) -> Select[Any]:
    """Make the query of the open debts the reader may see, of all groups or of one: by group, then by name."""
    query = LIST.where(within(reader)).order_by(GROUP.c.code, PERSON.c.sort_key, DISCIPLINE.c.code, DEBT.c.id)
    return query.where(GROUP.c.code == group) if group else query


def count_by_group(session: Session, *, reader: Reader) -> Sequence[AnyRow]:
    """Count the open debts the reader may see, by group."""
    seen = LIST.where(within(reader)).subquery()
    query = select(seen.c.group, func.count().label("debts")).group_by(seen.c.group).order_by(seen.c.group)
    return session.execute(query).all()


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List a learner's open debts, the oldest first."""
    return session.execute(
        LIST.where(DEBT.c.person_id == person_id).order_by(DEBT.c.opened_at, DEBT.c.id)
    ).all()
