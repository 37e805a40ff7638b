"""I3: every logged event is applied exactly once in every projection that subscribed to it, and projections equal a rebuild.

A rebuild is what the word says: the service's own handlers go through all events up to its cursors, but those that are parked or were
dropped, into empty tables (`dev.invariants.shadows`), and the two are compared row by row.
"""

import heapq
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import clock, cursors
from chassis.events import HEAD, LOG, PARKED, Event
from chassis.permissions import FEED as ACCESS
from chassis.service import Handler
from dev.invariants import shadows
from dev.invariants.report import Report
from dev.invariants.view import View, declared, subscriptions

FORGOTTEN = timedelta(hours=23)
"""Revocations are dropped after a day."""


def check(view: View) -> Report:
    """Check logs, cursors and projections."""
    report = Report("I3")
    for session in view.sessions.values():
        _logs(session, report)
    for service, session in view.sessions.items():
        for feed in subscriptions(service):
            _cursor(view, service, session, feed, report)
        _compare(view, service, session, report)
    return report


def _logs(session: Session, report: Report) -> None:
    """Hold each log against its head: contiguous from its oldest to its head."""
    counted = {
        row.feed: (row.number, row.first, row.last)
        for row in session.execute(
            select(
                LOG.c.feed,
                func.count().label("number"),
                func.min(LOG.c.sequence).label("first"),
                func.max(LOG.c.sequence).label("last"),
            ).group_by(LOG.c.feed)
        )
    }
    for row in session.execute(select(HEAD)):
        number, first, last = counted.get(row.feed, (0, row.oldest, row.head))
        report.count("events", number)
        if (number, first, last) != (row.head - row.oldest + 1, row.oldest, row.head):
            report.breaches.append(
                f"{row.feed}: {number} events from {first} to {last}, the head says {row.oldest} to {row.head}"
            )


def _cursor(view: View, service: str, session: Session, feed: str, report: Report) -> None:
    if feed not in view.heads:
        return
    identity, head = view.heads[feed]
    cursor = cursors.get(session, feed)
    report.count("cursors")
    name = f"{service} follows {feed}"
    if cursor.alarm:
        report.breaches.append(f"{name}: stopped, {cursor.alarm}")
    if cursor.identity not in {None, identity}:
        report.breaches.append(f"{name}: in log {cursor.identity}, the log is {identity}")
    if cursor.last < head:
        report.breaches.append(f"{name}: at {cursor.last} of {head}")
    parked = session.execute(
        select(PARKED.c.sequence, PARKED.c.error, PARKED.c.dropped_at).where(PARKED.c.feed == feed)
    )
    for row in parked:
        if row.dropped_at is None:
            report.breaches.append(f"{name}: event {row.sequence} is parked: {row.error}")
        else:
            report.count("dropped by an operator")


def _events(view: View, session: Session, feed: str) -> Iterable[Event]:
    """Give the events of a feed a service has applied, oldest first."""
    source = view.log_of(feed)
    if source is None:
        return ()
    left_out = set(session.scalars(select(PARKED.c.sequence).where(PARKED.c.feed == feed)))
    query = select(LOG).where(LOG.c.feed == feed, LOG.c.sequence <= cursors.get(session, feed).last)
    rows = source.execute(query.order_by(LOG.c.sequence)).all()
    return [Event.from_row(row) for row in rows if row.sequence not in left_out]


def _handlers(service: str) -> dict[str, list[Handler]]:
    without = shadows.PROJECTIONS[service].without
    return {
        type_: [handler for handler in handlers if handler.__module__ not in without]
        for type_, handlers in declared(service).handlers.items()
    }


def _compare(view: View, service: str, session: Session, report: Report) -> None:
    handlers = _handlers(service)
    feeds = [feed for feed in subscriptions(service) if feed != ACCESS or shadows.PROJECTIONS[service].access]
    merged = heapq.merge(*(_events(view, session, feed) for feed in feeds), key=lambda event: event.time)
    with shadows.before(session):
        for event in merged:
            own = () if event.erased else handlers.get(event.type, ())
            for handler in own:
                handler(session, event)
            report.count("applied again", bool(own))
        session.flush()
    session.info.clear()  # nothing that follows from an event is told a second time
    for schema, name, but in shadows.own_tables(service):
        total, only_living, only_anew = shadows.differences(session, schema, name, but)
        report.count("rows compared", total)
        if name == "revocation":
            only_anew = [row for row in only_anew if row["at"] > (clock.now() - FORGOTTEN).timestamp()]
        report.add(
            f"{service}.{name}: stands there and follows from no event: {_short(row)}" for row in only_living
        )
        report.add(
            f"{service}.{name}: follows from events and does not stand: {_short(row)}" for row in only_anew
        )


def _short(row: Any) -> str:
    """Name a row by its ids; names of people are not for a log."""
    keys = {
        name: value
        for name, value in row.items()
        if name.endswith("id") or name in {"key", "code", "number", "role"}
    }
    return ", ".join(f"{name} {value}" for name, value in keys.items()) or "a row"
