"""See what a service recorded, and hand it events of others through the real ingest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from chassis import clock
from chassis.db import new_id

PEER_LOG = UUID(int=1)
"""Identity of the log that `deliver` pretends to read."""


@dataclass(frozen=True)
class Recorded:
    """An event a service recorded; `sequence` is None until the numberer saw it."""

    type: str
    subject: str
    subject_version: int | None
    data: dict[str, Any]
    sequence: int | None


@pytest.fixture
def feed_events(engine: Engine) -> Callable[[str], list[Recorded]]:
    """Give a function that lists what was recorded on a feed, oldest first."""
    from chassis.events import LOG, STAGING

    def read(feed: str) -> list[Recorded]:
        found: list[Recorded] = []
        with engine.connect() as connection:
            for table, order in ((LOG, "sequence"), (STAGING, "position")):
                rows = connection.execute(select(table).where(table.c.feed == feed).order_by(table.c[order]))
                found += [
                    Recorded(r.type, r.subject, r.subject_version, r.data, getattr(r, "sequence", None))
                    for r in rows
                ]
        return found

    return read


@pytest.fixture
def deliver(engine: Engine, service: Any) -> Callable[..., None]:
    """Give a function that hands one event of a peer to the service's handlers through the real ingest.

    `deliver(type, data, sequence=None, subject="…")`: the feed is the one whose contract has the type; the sequence is the
    next one of that feed, unless a test wants a repetition or a gap. What a handler raises fails the test.
    """
    from chassis import contracts, cursors, parking
    from chassis.db import unit_of_work
    from chassis.events import Event
    from chassis.ingest import Ingest

    feeds = {type_: feed for feed, type_ in contracts.load()}
    ingest = Ingest(engine, service.handlers)

    def hand(type: str, data: dict[str, Any], sequence: int | None = None, *, subject: str = "") -> None:
        feed = feeds[type]
        with unit_of_work(engine) as session:
            following = cursors.get(session, feed).last + 1
        place = following if sequence is None else sequence
        event = Event(new_id(), type, feed, place, subject or f"subject {place}", None, clock.now(), data)
        if ingest(feed, PEER_LOG, [event]).parked:
            with unit_of_work(engine) as session:
                raise AssertionError(parking.list_(session)[-1].error)

    return hand
