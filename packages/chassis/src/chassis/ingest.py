"""The read side: one way in for events, whether they were pushed, read from a feed or replayed.

The cursor of a feed is saved in the transaction of the effects, so that an event takes effect exactly once: what is at or
below the cursor is dropped, the next one is applied, a gap is healed from the feed. A transaction takes in what a turn of a
quarter of a second holds: rows that handlers change are locked until it ends, and people wait for them. A handler that fails parks
its event and every later event of the same subject, and the rest of the feed goes on. A log that is not the one we followed, or
that ends before our cursor, stops the feed with an alarm until somebody resumes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis import clock, contracts, cursors, parking
from chassis.db import unit_of_work
from chassis.events import INGESTED, Event
from chassis.feed import Batch
from chassis.outbox import ring

Handler = Callable[[Session, Event], None]
BLOCKED = "an earlier event of this subject is parked"
TURN_SECONDS = 0.25
TOGETHER = 50
"""Events at most that are handed over at once."""
logger = structlog.get_logger(__name__)


class Together:
    """A handler that takes several events of its type at once, in their order: as many as wait, so that one statement keeps them all.

    Called as any handler, with one event, it takes that one alone. Events are given together only if every handler of their
    type takes them so, and one by one once something has failed among them. It is known by the module it was written in.
    """

    def __init__(self, take: Callable[[Session, Sequence[Event]], None]) -> None:
        self.take = take
        self.__module__, self.__doc__ = take.__module__, take.__doc__

    def __call__(self, session: Session, event: Event) -> None:
        """Take one event."""
        self.take(session, (event,))


class Stopped(Exception):
    """The feed is stopped with an alarm; only an operator lets it go on."""


class Unhealed(Exception):
    """There is a gap and the feed does not give the missing events now; try again later."""


class Source(Protocol):
    """Where missing events are read: the feed of a peer."""

    def read(self, feed: str, after: int, *, seconds: float = 0) -> Batch:
        """Read the events after a cursor, waiting for one up to ``seconds``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some events; ``last`` is where the cursor stands."""

    applied: int = 0
    dropped: int = 0
    parked: int = 0
    gaps: int = 0
    last: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        """Add the counts; the later cursor stays."""
        return Outcome(
            self.applied + other.applied,
            self.dropped + other.dropped,
            self.parked + other.parked,
            self.gaps + other.gaps,
            max(self.last, other.last),
        )


class Ingest:
    """Applies events to the projections of one service."""

    def __init__(
        self,
        engine: Engine,
        handlers: Mapping[str, Sequence[Handler]],
        source: Source | None = None,
        *,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        self.engine = engine
        self._handlers = handlers
        self._source = source
        self._turn_seconds = turn_seconds

    def __call__(self, feed: str, log: UUID, events: Iterable[Event]) -> Outcome:
        """Apply events of one feed in the order of their sequence, healing gaps from the feed.

        Raises:
            Stopped: the feed is stopped, or ``log`` is not the log this cursor follows.
            Unhealed: events are missing and the feed did not give them; those before the gap are applied.
        """
        waiting = {event.sequence: event for event in events}
        total = Outcome()
        while waiting:
            step = self._apply(feed, log, [waiting[sequence] for sequence in sorted(waiting)])
            total += step
            waiting = {sequence: event for sequence, event in waiting.items() if sequence > step.last}
            if waiting and step.last + 1 not in waiting:
                total += Outcome(gaps=1)
                waiting |= self._missing(feed, log, step.last)
        return total

    def _missing(self, feed: str, log: UUID, last: int) -> dict[int, Event]:
        batch = self._source.read(feed, last) if self._source else None
        if batch is None or batch.log != log or not batch.events or batch.events[0].sequence != last + 1:
            msg = f"{feed}: the event after {last} is missing"
            raise Unhealed(msg)
        logger.info("gap healed", feed=feed, after=last, events=len(batch.events))
        return {event.sequence: event for event in batch.events}

    def _apply(self, feed: str, log: UUID, events: Sequence[Event]) -> Outcome:
        """Apply the events that follow the cursor without a gap, in one transaction, as many as a turn holds.

        First without savepoints, three times as fast; if anything fails, once more and carefully, to park what fails.
        """
        try:
            return self._transact(feed, log, events, careful=False)
        except (Stopped, OperationalError):
            raise
        except Exception as error:
            logger.info("a batch failed, going through it one by one", feed=feed, error=repr(error))
            return self._transact(feed, log, events, careful=True)

    def _transact(self, feed: str, log: UUID, events: Sequence[Event], *, careful: bool) -> Outcome:
        outcome = Outcome()
        with unit_of_work(self.engine) as session:
            cursor = cursors.lock(session, feed)
            alarm = cursor.alarm
            if alarm is None and cursor.identity not in {None, log}:
                alarm = f"the log of the feed is {log}, the cursor follows {cursor.identity}"
                cursors.stop(session, feed, alarm)
            if alarm is None:
                outcome = self._run(session, feed, cursor.last, events, careful=careful)
                cursors.save(session, feed, identity=log, last=outcome.last, head=events[-1].sequence)
        if alarm is not None:
            raise Stopped(alarm)
        if outcome.applied:
            self._wake(feed)
        return outcome

    def _run(
        self, session: Session, feed: str, last: int, events: Sequence[Event], *, careful: bool
    ) -> Outcome:
        ends = clock.monotonic() + self._turn_seconds
        blocked = parking.subjects(session, feed)
        dropped, due = sum(event.sequence <= last for event in events), _following(events, last)
        applied = parked = 0
        handle, most = (self._handle, 1) if careful else (self._run_handlers, TOGETHER)
        for some in self._groups(due, blocked, most):
            error = BLOCKED if some[0].subject in blocked else handle(session, some)
            if error is None:
                applied += len(some)
            else:
                parking.park(session, some[0], error)
                blocked.add(some[0].subject)
                parked += 1
            last = some[-1].sequence
            if clock.monotonic() >= ends:
                break
        return Outcome(applied, dropped, parked, 0, last)

    def _groups(self, events: Sequence[Event], blocked: Collection[str], most: int) -> Iterator[list[Event]]:
        """Part events into those that are handed over together; what is blocked stands alone."""

        def kind(event: Event) -> str | int:
            alone = event.subject in blocked or not self._takes_together(event.type)
            return event.sequence if alone else event.type

        for _kind, alike in groupby(events, kind):
            while some := list(islice(alike, most)):
                yield some

    def _takes_together(self, type_: str) -> bool:
        handlers = self._handlers.get(type_, ())
        return bool(handlers) and all(isinstance(handler, Together) for handler in handlers)

    def _run_handlers(self, session: Session, events: Sequence[Event]) -> None:
        """Run the handlers of some events of one type; nobody handles what was erased."""
        told = [event for event in events if not event.erased]
        handlers = self._handlers.get(events[0].type, ()) if told else ()
        if handlers:
            for event in told:
                contracts.check(event.feed, event.type, event.data)
        for handler in handlers:
            if isinstance(handler, Together):
                handler.take(session, told)
            else:
                handler(session, told[0])

    def _handle(self, session: Session, events: Sequence[Event]) -> str | None:
        """Run the handlers of one event inside a savepoint and give what went wrong, or nothing.

        Trouble of the database itself (gone, deadlock, time limit) is raised: it is not the event's fault.
        """
        try:
            with session.begin_nested():
                self._run_handlers(session, events)
        except OperationalError:
            raise
        except Exception as error:
            [event] = events
            logger.exception("event parked", feed=event.feed, sequence=event.sequence, type=event.type)
            return f"{type(error).__name__}: {error}"
        return None

    def retry(self, feed: str, subject: str) -> Outcome:
        """Try the parked events of a subject again, in order, until one fails; each is a transaction of its own."""
        total = Outcome()
        while True:
            with unit_of_work(self.engine) as session:
                cursors.lock(session, feed)
                row = parking.oldest(session, feed, subject)
                if row is None:
                    return total
                event = Event.from_row(row)
                error = self._handle(session, [event])
                parking.settle(session, event, error)
            if error is not None:
                return total + Outcome(parked=1)
            self._wake(feed)
            total += Outcome(applied=1)

    def retry_due(self) -> Outcome:
        """Try every subject again whose time has come."""
        with unit_of_work(self.engine) as session:
            due = parking.due(session)
        total = Outcome()
        for feed, subject in due:
            total += self.retry(feed, subject)
        return total

    def _wake(self, feed: str) -> None:
        """Tell the web processes that projections fed by ``feed`` have changed."""
        with self.engine.connect() as connection:
            ring(connection, INGESTED, feed)


def _following(events: Sequence[Event], last: int) -> list[Event]:
    """Give the events that follow the cursor without a gap."""
    found = []
    for event in events:
        if event.sequence == last + 1:
            found.append(event)
            last += 1
    return found
