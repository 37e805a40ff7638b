"""What is read at the moment somebody asks for the metrics: where a service stands, out of its own database and nothing else.

A few cheap queries on connections that cannot write. The web process answers for its worker too, which has no address: what a
worker does stands on its board (`chassis.board`). Ages are seconds; what never happened has no sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from chassis import board, clock, cursors
from chassis.audit import LEAF, ROW
from chassis.context import State
from chassis.events import HEAD, LOG, PARKED, STAGING
from chassis.metrics import PREFIX
from chassis.permissions import FEED

GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "database_up": ("1 when the service's own database answers and is as new as the program", ()),
    "bell_up": ("1 while a web process hears that something is new", ("bell",)),
    "keys_trouble": ("1 when auth's keys, or its clock, are in trouble", ("trouble",)),
    "outbox_events": ("Events that wait for their number", ()),
    "outbox_age_seconds": ("Age of the oldest event that waits for its number", ()),
    "feed_head": ("Number of the last event of a feed this service writes", ("feed",)),
    "push_lag_events": ("Numbered events the broker has not confirmed", ("feed",)),
    "push_age_seconds": ("Age of the oldest event the broker has not confirmed", ("feed",)),
    "feed_lag_events": ("Events of a followed feed that are not applied here", ("feed",)),
    "feed_lag_seconds": ("For how long there have been such events", ("feed",)),
    "feed_stopped": ("1 when a followed feed is stopped with an alarm", ("feed",)),
    "projection_age_seconds": ("Time since a followed feed was last heard", ("feed",)),
    "revocation_age_seconds": ("Time since rights and revocations were last heard; 0 in auth", ()),
    "parked_events": ("Events that could not be applied and wait", ("feed",)),
    "seal_age_seconds": ("Age of the oldest audit row without a seal; 0 when all are sealed", ()),
    "workers": ("Workers of the service seen within 20 seconds", ()),
    "worker_role": ("Workers that number or push; 1 each when all is well", ("role",)),
    "worker_age_seconds": ("Time since a worker was last seen", ()),
    "worker_troubles": ("What is in the way of the workers, by code", ("code",)),
}
"""Name without the prefix → help and labels; `docs/operations.md` explains them to operators."""

Sample = tuple[str, tuple[str, ...], float]


class Standing(Collector):
    """Reads where a service stands, once for each asking."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterable[Metric]:
        """Give every gauge that has a value now; without the database, only what a process knows by itself."""
        families = {
            name: GaugeMetricFamily(f"{PREFIX}_{name}", said, labels=labels)
            for name, (said, labels) in GAUGES.items()
        }
        for name, labels, value in self._samples():
            families[name].add_metric(labels, value)
        return [family for family in families.values() if family.samples]

    def _samples(self) -> Iterator[Sample]:
        state = self._state
        for name, bell in state.bells.items():
            if (hears := bell.state) is not None:
                yield "bell_up", (name,), hears
        for trouble in state.verifier.keys.troubles:
            yield "keys_trouble", (trouble,), 1
        read: list[Sample] = []
        try:
            if not state.plan.lacking(state.engine):
                with state.reader.connect() as connection:
                    read = list(self._read(connection))
        except SQLAlchemyError:
            read = []
        yield "database_up", (), bool(read)
        yield from read

    def _read(self, connection: Connection) -> Iterator[Sample]:
        yield from outbox(connection)
        yield from feeds_written(connection, pushes=bool(self._state.settings.amqp_url))
        yield from feeds_followed(connection, ours=self._state.service.feeds)
        yield from parked(connection)
        yield from seal(connection)
        yield from workers(connection)


def _age(moment: datetime | None) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0


def outbox(connection: Connection) -> Iterator[Sample]:
    """Tell what waits for a number."""
    waiting, since = connection.execute(select(func.count(), func.min(STAGING.c.time))).one()
    yield "outbox_events", (), waiting
    yield "outbox_age_seconds", (), _age(since)


def feeds_written(connection: Connection, *, pushes: bool) -> Iterator[Sample]:
    """Tell where the service's own feeds stand, and what the broker has of them when there is one."""
    next_one = and_(LOG.c.feed == HEAD.c.feed, LOG.c.sequence == HEAD.c.pushed + 1)
    query = select(HEAD.c.feed, HEAD.c.head, HEAD.c.pushed, LOG.c.time).outerjoin(LOG, next_one)
    for row in connection.execute(query):
        yield "feed_head", (row.feed,), row.head
        if pushes:
            yield "push_lag_events", (row.feed,), row.head - row.pushed
            yield "push_age_seconds", (row.feed,), _age(row.time)


def feeds_followed(connection: Connection, *, ours: Iterable[str]) -> Iterator[Sample]:
    """Tell how far the service follows others, and how old what it knows is."""
    if FEED in ours:
        yield "revocation_age_seconds", (), 0
    for cursor in cursors.list_(connection):
        yield "feed_lag_events", (cursor.feed,), cursor.lag
        yield "feed_lag_seconds", (cursor.feed,), _age(cursor.behind_since)
        yield "feed_stopped", (cursor.feed,), cursor.alarm is not None
        if cursor.checked_at is not None:
            yield "projection_age_seconds", (cursor.feed,), _age(cursor.checked_at)
            if cursor.feed == FEED and FEED not in ours:
                yield "revocation_age_seconds", (), _age(cursor.checked_at)


def parked(connection: Connection) -> Iterator[Sample]:
    """Tell how many events wait because they could not be applied."""
    counted = select(PARKED.c.feed, func.count()).where(PARKED.c.dropped_at.is_(None)).group_by(PARKED.c.feed)
    for feed, count in connection.execute(counted):
        yield "parked_events", (feed,), count


def seal(connection: Connection) -> Iterator[Sample]:
    """Tell since when the audit has had a row that nobody sealed."""
    last = select(func.coalesce(func.max(LEAF.c.row_number), 0)).scalar_subquery()
    oldest = select(ROW.c.at).where(ROW.c.number > last).order_by(ROW.c.number).limit(1)
    yield "seal_age_seconds", (), _age(connection.scalar(oldest))


def workers(connection: Connection) -> Iterator[Sample]:
    """Tell who works beside the web processes."""
    seen = board.list_(connection)
    alive = [one for one in seen if one.alive]
    yield "workers", (), len(alive)
    if seen:
        yield "worker_age_seconds", (), min(_age(one.seen_at) for one in seen)
    counts: dict[tuple[str, str], int] = dict.fromkeys([("worker_role", "numberer")], 0)
    for one in alive:
        for role in one.roles:
            counts["worker_role", role] = counts.get(("worker_role", role), 0) + 1
        for trouble in one.troubles:
            counts["worker_troubles", trouble.code] = counts.get(("worker_troubles", trouble.code), 0) + 1
    for (name, label), value in counts.items():
        yield name, (label,), value
