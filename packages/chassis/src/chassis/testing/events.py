"""See what a service recorded, and hand it events of others through the real ingest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, select


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
        found = []
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
    """Give a function that hands one event to the service."""
    raise NotImplementedError
