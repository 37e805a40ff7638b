"""Issue statements for a whole session: the registrar asks once, the worker issues them one after another, a page shows how far it is.

Each statement is issued in a savepoint of its own: a journal that refuses does not stop the others, and its reasons stand in the list.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow, new_id
from chassis.permissions import Scopes
from chassis.problems import NotFound
from chassis.service import Job
from chassis.settings import Settings
from ejournal.journal.model import JOURNAL
from ejournal.journal.service import Reader, within
from ejournal.statements import issuing
from ejournal.statements.model import BATCH, BATCH_ITEM, STATEMENT
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import ACCEPTED
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD

KINDS = ("rating", "examination")
"""What a whole session is issued of; the others concern few learners and are issued one by one."""
AT_ONCE = 10
EVERYWHERE = Scopes.of([("institution", None)])


def ask(session: Session, *, kind: str, period_id: UUID, reader: Reader) -> UUID:
    """Ask for the statements of all journals of a period within the registrar's scope.

    Args:
        session: the unit of work.
        kind: `rating` for every journal without one, `examination` from every sealed rating statement without one.
        period_id: the period.
        reader: who asks, and where this person may issue.

    Raises:
        NotFound: there is no such period, or kind.
    """
    if kind not in KINDS:
        raise NotFound
    known = session.scalar(select(PERIOD.c.period_id).where(PERIOD.c.period_id == period_id))
    if known is None:
        raise NotFound
    batch = new_id()
    session.execute(
        insert(BATCH).values(
            id=batch, kind=kind, period_id=period_id, asked_by=reader.person_id, asked_at=clock.now()
        )
    )
    found = _waiting(session, kind, period_id, reader)
    if found:
        session.execute(
            insert(BATCH_ITEM),
            [
                {
                    "batch_id": batch,
                    "position": place,
                    "journal_id": journal,
                    "after_id": after,
                    "state": "waiting",
                    "reasons": [],
                }
                for place, (journal, after) in enumerate(found, 1)
            ],
        )
    after = {"kind": kind, "period_id": str(period_id), "statements": len(found)}
    audit(
        session,
        act="ejournal.statement.batch",
        subject=f"batch:{batch}",
        actor=reader.person_id,
        after=after,
    )
    return batch


def _waiting(
    session: Session, kind: str, period_id: UUID, reader: Reader
) -> Sequence[tuple[UUID, UUID | None]]:
    issued = STATEMENT.alias("issued")
    rating = STATEMENT.alias("rating")
    query = (
        select(JOURNAL.c.id, rating.c.id)
        .select_from(JOURNAL)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(
            rating,
            (rating.c.journal_id == JOURNAL.c.id)
            & (rating.c.kind == "rating")
            & (rating.c.state == ACCEPTED),
        )
        .where(
            JOURNAL.c.period_id == period_id,
            JOURNAL.c.status == "active",
            within(reader),
            ~select(issued.c.id).where(issued.c.journal_id == JOURNAL.c.id, issued.c.kind == kind).exists(),
        )
        .order_by(GROUP.c.code, DISCIPLINE.c.code, JOURNAL.c.id)
    )
    if kind == "rating":
        return [(journal, None) for journal, _rating in session.execute(query)]
    return [(journal, after) for journal, after in session.execute(query) if after is not None]


def work(session: Session, _settings: Settings) -> None:
    """Issue the next few statements of the oldest batch that waits."""
    batch = session.execute(
        select(BATCH).where(BATCH.c.finished_at.is_(None)).order_by(BATCH.c.asked_at).limit(1)
    ).one_or_none()
    if batch is None:
        return
    waiting = (BATCH_ITEM.c.batch_id == batch.id) & (BATCH_ITEM.c.state == "waiting")
    items = session.execute(
        select(BATCH_ITEM).where(waiting).order_by(BATCH_ITEM.c.position).limit(AT_ONCE)
    ).all()
    reader = Reader(batch.asked_by, EVERYWHERE)
    for item in items:
        came_to = _issue(session, batch, item, reader)
        session.execute(
            update(BATCH_ITEM)
            .where(BATCH_ITEM.c.batch_id == batch.id, BATCH_ITEM.c.position == item.position)
            .values(**came_to)
        )
    if len(items) < AT_ONCE:
        session.execute(update(BATCH).where(BATCH.c.id == batch.id).values(finished_at=clock.now()))


def _issue(session: Session, batch: AnyRow, item: AnyRow, reader: Reader) -> dict[str, Any]:
    try:
        with session.begin_nested():
            statement = issuing.issue(
                session,
                journal_id=item.journal_id,
                kind=batch.kind,
                reader=reader,
                after_id=item.after_id,
            )
    except StatementRefused as refused:
        kept = [{"code": one["code"], "params": one["params"]} for one in refused.extra["reasons"]]
        return {"state": "refused", "reasons": kept}
    return {"state": "issued", "statement_id": statement}


def get_or_raise(session: Session, *, batch_id: UUID, person_id: UUID) -> AnyRow:
    """Get a batch that a person asked for.

    Raises:
        NotFound: there is none, or somebody else asked for it.
    """
    query = (
        select(BATCH, PERIOD.c.title.label("period"))
        .join(PERIOD, PERIOD.c.period_id == BATCH.c.period_id)
        .where(BATCH.c.id == batch_id, BATCH.c.asked_by == person_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def count(session: Session, *, batch_id: UUID) -> dict[str, int]:
    """Count the items of a batch by state."""
    query = (
        select(BATCH_ITEM.c.state, func.count().label("number"))
        .where(BATCH_ITEM.c.batch_id == batch_id)
        .group_by(BATCH_ITEM.c.state)
    )
    return {"waiting": 0, "issued": 0, "refused": 0} | {
        row.state: row.number for row in session.execute(query)
    }


def list_refused(session: Session, *, batch_id: UUID) -> Sequence[AnyRow]:
    """List the journals that refused, with their reasons."""
    query = (
        select(
            BATCH_ITEM.c.journal_id,
            BATCH_ITEM.c.reasons,
            GROUP.c.code.label("group"),
            DISCIPLINE.c.title.label("discipline"),
        )
        .join(JOURNAL, JOURNAL.c.id == BATCH_ITEM.c.journal_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(BATCH_ITEM.c.batch_id == batch_id, BATCH_ITEM.c.state == "refused")
        .order_by(BATCH_ITEM.c.position)
    )
    return session.execute(query).all()


def list_own(session: Session, *, person_id: UUID) -> Sequence[AnyRow]:
    """List the batches a person asked for, the latest first."""
    query = (
        select(BATCH, PERIOD.c.title.label("period"))
        .join(PERIOD, PERIOD.c.period_id == BATCH.c.period_id)
        .where(BATCH.c.asked_by == person_id)
        .order_by(BATCH.c.asked_at.desc())
        .limit(20)
    )
    return session.execute(query).all()


JOBS = (Job("issue statements of a session", timedelta(seconds=1), work),)
