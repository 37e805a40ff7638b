"""Parked events: what a handler could not apply waits here, with every later event of the same subject, until it can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.events import PARKED, Event

RETRY_FIRST = timedelta(minutes=1)
RETRY_LONGEST = timedelta(hours=1)
_OPEN = PARKED.c.dropped_at.is_(None)


def subjects(session: Session, feed: str) -> set[str]:
    """Give the subjects of a feed that have parked events."""
    return set(session.scalars(select(PARKED.c.subject).where(PARKED.c.feed == feed, _OPEN)))


def park(session: Session, event: Event, error: str) -> None:
    """Park an event with what went wrong."""
    now = clock.now()
    row = {"error": error, "attempts": 1, "parked_at": now, "next_try": now + RETRY_FIRST}
    session.execute(insert(PARKED).values(event.values() | row).on_conflict_do_nothing())


def list_(session: Session, limit: int = 200) -> Sequence[Row[Any]]:
    """List parked events, oldest first; those dropped with a reason stay in the table as a record, not in this list."""
    return session.execute(
        select(PARKED).where(_OPEN).order_by(PARKED.c.parked_at, PARKED.c.sequence).limit(limit)
    ).all()


def oldest(session: Session, feed: str, subject: str) -> Row[Any] | None:
    """Give the first parked event of a subject: the one to try."""
    query = select(PARKED).where(PARKED.c.feed == feed, PARKED.c.subject == subject, _OPEN)
    return session.execute(query.order_by(PARKED.c.sequence).limit(1)).one_or_none()


def due(session: Session) -> Sequence[tuple[str, str]]:
    """List (feed, subject) whose first parked event should be tried again by now."""
    first = select(PARKED).where(_OPEN).ext(distinct_on(PARKED.c.feed, PARKED.c.subject))
    rows = first.order_by(PARKED.c.feed, PARKED.c.subject, PARKED.c.sequence).subquery()
    query = select(rows.c.feed, rows.c.subject).where(rows.c.next_try <= clock.now())
    return [(row.feed, row.subject) for row in session.execute(query)]


def settle(session: Session, event: Event, error: str | None) -> None:
    """Note the result of a new try: gone when it went well, else tried again later and later."""
    mine = (PARKED.c.feed == event.feed, PARKED.c.sequence == event.sequence)
    if error is None:
        session.execute(delete(PARKED).where(*mine))
        return
    pause = func.least(RETRY_FIRST * func.power(2, func.least(PARKED.c.attempts, 10)), RETRY_LONGEST)
    values = {"error": error, "attempts": PARKED.c.attempts + 1, "next_try": clock.now() + pause}
    session.execute(update(PARKED).where(*mine).values(values))


def drop(session: Session, *, feed: str, sequence: int, reason: str, by: str) -> bool:
    """Give an event up with a reason; later events of its subject become due at once.

    Returns:
        Whether there was such a parked event.
    """
    mine = (PARKED.c.feed == feed, PARKED.c.sequence == sequence, _OPEN)
    values = {"dropped_at": clock.now(), "drop_reason": reason, "dropped_by": by}
    subject = session.scalar(update(PARKED).where(*mine).values(values).returning(PARKED.c.subject))
    if subject is None:
        return False
    hasten(session, feed=feed, subject=subject)
    return True


def hasten(session: Session, *, feed: str, subject: str) -> bool:
    """Make the parked events of a subject due at once.

    Returns:
        Whether there were any.
    """
    same = (PARKED.c.feed == feed, PARKED.c.subject == subject, _OPEN)
    found = session.scalars(
        update(PARKED).where(*same).values(next_try=clock.now()).returning(PARKED.c.sequence)
    )
    return bool(found.all())
