"""Serving feeds over HTTP: the truth that every consumer can catch up from (http-feeds.org, CloudEvents batch).

``GET <prefix>/feeds/<service>/<name>?lastEventId=&limit=&timeout=`` answers the events after a cursor; with ``timeout``
(milliseconds) it waits for the next one. ``lastEventId`` is the sequence of the last event a consumer has (or that
event's id). A waiting client holds a thread of the web server, no database connection; at most ``WAITERS`` wait at a time
and whoever comes later is answered at once and asks again, so that waiting never starves the pages.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.bell import Bell
from chassis.events import HEAD, LOG, LOG_IDENTITY, LOGGED, Event

LIMIT = 500
MAX_LIMIT = 1000
MAX_WAIT_SECONDS = 20.0
WAITERS = 12

PREFIXES = {"ejournal": "/journal"}
"""Services whose pages do not stand under their own name."""


def path(feed: str) -> str:
    """Give the path of a feed at its service's address."""
    service = feed.partition("/")[0]
    return f"{PREFIXES.get(service, '/' + service)}/feeds/{feed}"


class CursorError(Exception):
    """A cursor that this feed cannot serve; carries where the feed stands."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"head {batch.head}, oldest {batch.oldest}")
        self.batch = batch


class CursorAhead(CursorError):
    """The cursor is from the future, or names an event that is not in the log."""


class CursorTooOld(CursorError):
    """Events after the cursor are no longer kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events of a feed, and where the feed stands."""

    log: UUID
    head: int
    oldest: int
    events: tuple[Event, ...] = ()


def read(session: Session, feed: str, after: int | UUID, limit: int = LIMIT) -> Batch:
    """Read the events after a cursor.

    Raises:
        CursorAhead: the cursor is above the head or unknown.
        CursorTooOld: the cursor is older than what is kept.
    """
    row = session.execute(
        select(LOG_IDENTITY.c.identity, HEAD.c.head, HEAD.c.oldest).join_from(
            LOG_IDENTITY, HEAD, HEAD.c.feed == feed, isouter=True
        )
    ).one()
    place = Batch(row.identity, row.head or 0, row.oldest or 1)
    if isinstance(after, UUID):
        known = session.scalar(select(LOG.c.sequence).where(LOG.c.feed == feed, LOG.c.id == after))
        after = place.head + 1 if known is None else known
    if after > place.head:
        raise CursorAhead(place)
    if after < place.oldest - 1:
        raise CursorTooOld(place)
    if after == place.head:
        return place
    query = (
        select(LOG).where(LOG.c.feed == feed, LOG.c.sequence > after).order_by(LOG.c.sequence).limit(limit)
    )
    events = tuple(Event.from_row(found) for found in session.execute(query))
    return Batch(place.log, max(place.head, events[-1].sequence if events else 0), place.oldest, events)


class Waiting:
    """The waiting room of a web process: one bell, and a bound on how many threads wait."""

    def __init__(self, engine: Engine, places: int = WAITERS) -> None:
        self.bell = Bell(engine, LOGGED)
        self._places = threading.BoundedSemaphore(places)

    def close(self) -> None:
        """Let every waiting client go, for a quick and clean stop."""
        self.bell.close()

    def read(self, session: Session, feed: str, after: int | UUID, *, limit: int, seconds: float) -> Batch:
        """Read after a cursor; when there is nothing, wait for the next event up to ``seconds`` and read again."""
        self.bell.start()
        deadline = clock.monotonic() + min(seconds, MAX_WAIT_SECONDS)
        while True:
            seen = self.bell.rings(LOGGED)
            batch = read(session, feed, after, limit)
            left = deadline - clock.monotonic()
            if batch.events or left <= 0 or self.bell.closed:
                return batch
            session.rollback()  # gives the database connection back for as long as we wait
            if not self._places.acquire(blocking=False):
                return batch
            try:
                self.bell.wait(LOGGED, seen, left)
            finally:
                self._places.release()


def dump(events: Iterable[Event]) -> str:
    """Give the body in the CloudEvents batch form."""
    return json.dumps([event.cloudevent() for event in events], ensure_ascii=False, separators=(",", ":"))
