"""Cursors of the feeds a service consumes: how far it has come, in which log, and whether it is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.events import CURSOR, PARKED


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one feed was followed; ``alarm`` says why it is stopped, ``behind_since`` how long events have waited to be applied."""

    feed: str
    identity: UUID | None
    last: int
    head: int
    checked_at: datetime | None
    alarm: str | None
    behind_since: datetime | None = None

    @property
    def lag(self) -> int:
        """Events that the feed has and this service has not applied."""
        return max(0, self.head - self.last)


def _cursor(row: Row[Any]) -> Cursor:
    return Cursor(row.feed, row.identity, row.last, row.head, row.checked_at, row.alarm, row.behind_since)


def lock(session: Session, feed: str) -> Cursor:
    """Take the cursor of a feed for this transaction; two ingests of one feed wait for each other here."""
    query = select(CURSOR).where(CURSOR.c.feed == feed).with_for_update(key_share=True)
    row = session.execute(query).one_or_none()
    if row is None:
        session.execute(insert(CURSOR).values(feed=feed).on_conflict_do_nothing())
        row = session.execute(query).one()
    return _cursor(row)


def get(session: Session, feed: str) -> Cursor:
    """Give the cursor of a feed; a feed never followed has one at zero."""
    row = session.execute(select(CURSOR).where(CURSOR.c.feed == feed)).one_or_none()
    return _cursor(row) if row else Cursor(feed, None, 0, 0, None, None)


def list_(session: Session | Connection) -> Sequence[Cursor]:
    """List the cursors by feed."""
    return [_cursor(row) for row in session.execute(select(CURSOR).order_by(CURSOR.c.feed))]


def save(session: Session, feed: str, *, identity: UUID, last: int, head: int) -> None:
    """Move the cursor, in the transaction of the effects."""
    reached = func.greatest(CURSOR.c.head, head)
    behind = _behind_since(reached > last)
    values = {"identity": identity, "last": last, "head": reached, "checked_at": clock.now()}
    session.execute(update(CURSOR).where(CURSOR.c.feed == feed).values(values | {"behind_since": behind}))


def _behind_since(behind: ColumnElement[bool]) -> ColumnElement[Any]:
    """Keep the moment from which on the feed has had events that are not applied here."""
    moment = literal(clock.now(), CURSOR.c.behind_since.type)
    return case((behind, func.coalesce(CURSOR.c.behind_since, moment)), else_=null())


def note_head(session: Session, feed: str, head: int) -> None:
    """Note that the feed was asked just now and where it stands."""
    lock(session, feed)
    values = {
        "head": head,
        "checked_at": clock.now(),
        "behind_since": _behind_since(literal(head) > CURSOR.c.last),
    }
    session.execute(update(CURSOR).where(CURSOR.c.feed == feed).values(values))


def stop(session: Session, feed: str, alarm: str) -> None:
    """Stop a feed with an alarm; the first alarm stays."""
    lock(session, feed)
    session.execute(update(CURSOR).where(CURSOR.c.feed == feed, CURSOR.c.alarm.is_(None)).values(alarm=alarm))


def resume(session: Session, feed: str) -> None:
    """Follow a stopped feed again from its beginning: the snapshot is the whole log, and handlers are upserts of full state."""
    lock(session, feed)
    session.execute(delete(PARKED).where(PARKED.c.feed == feed, PARKED.c.dropped_at.is_(None)))
    session.execute(
        update(CURSOR)
        .where(CURSOR.c.feed == feed)
        .values(identity=None, last=0, head=0, alarm=None, behind_since=None)
    )
