"""The board of a worker: what its tasks do and what is in their way, written into the service's own database every few seconds.

The web processes read it there, for the operator's page and the metrics; nobody asks a worker itself, which has no address.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, DateTime, Engine, Table, Text, Uuid, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from chassis import clock
from chassis.events import METADATA

BEAT_SECONDS = 5.0
ALIVE = timedelta(seconds=20)
FORGOTTEN = timedelta(hours=1)
LONGEST = 500
SHORT = timedelta(seconds=60)
"""A task that failed and has not failed again for so long is well."""

DATABASE = "database-away"
FEED_AWAY = "feed-away"
NOT_A_FEED = "not-a-feed"
FEED_STOPPED = "feed-stopped"
BROKER_AWAY = "broker-away"
BROKER_REFUSES = "broker-refuses"
UNREGISTERED = "not-registered"
TASK = "task-failed"
JOB = "job-failed"
CODES = (
    *(DATABASE, FEED_AWAY, NOT_A_FEED, FEED_STOPPED),
    *(BROKER_AWAY, BROKER_REFUSES, UNREGISTERED, TASK, JOB),
)

WORKER = Table(
    "worker",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("place", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("troubles", JSONB, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in the way of one part of a worker: one of ``CODES``, in the words of the program, since when (ISO)."""

    part: str
    code: str
    said: str
    since: str

    @property
    def began(self) -> datetime:
        """The moment since which it has been so."""
        return datetime.fromisoformat(self.since)


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker as the database knows it; ``roles`` are what only one of several does: numberer, pusher."""

    place: str
    started_at: datetime
    seen_at: datetime
    roles: Sequence[str]
    troubles: Sequence[Trouble]
    alive: bool


class Board:
    """Collects what the tasks of one worker say; tasks may share it, each writes under its own part."""

    def __init__(self) -> None:
        self._id = uuid4()
        self._place = f"{socket.gethostname()}:{os.getpid()}"
        self._started = clock.now()
        self._lock = threading.Lock()
        self._roles: set[str] = set()
        self._troubles: dict[str, tuple[Trouble, datetime]] = {}

    def trouble(self, part: str, code: str, said: object) -> None:
        """Note what is in the way of a part; the same again keeps its beginning."""
        now, text = clock.now(), " ".join(str(said).split())[:LONGEST]
        with self._lock:
            known = self._troubles.get(part)
            since = known[0].since if known and known[0].code == code else now.isoformat(timespec="seconds")
            self._troubles[part] = (Trouble(part, code, text, since), now)

    def well(self, part: str) -> None:
        """Note that nothing is in the way of a part any more."""
        with self._lock:
            self._troubles.pop(part, None)

    def takes(self, role: str) -> None:
        """Note that this worker, of all that run for the service, does what only one may do."""
        with self._lock:
            self._roles.add(role)

    def leaves(self, role: str) -> None:
        """Note that it no longer does."""
        with self._lock:
            self._roles.discard(role)

    def values(self) -> dict[str, Any]:
        """Give the board as the row it is kept in."""
        now = clock.now()
        with self._lock:
            troubles = [
                asdict(one)
                for one, last in self._troubles.values()
                if one.code not in {TASK, DATABASE} or now - last < SHORT
            ]
            roles = sorted(self._roles)
        fixed = {"place": self._place, "started_at": self._started}
        return {"id": self._id, **fixed, "seen_at": now, "roles": roles, "troubles": troubles}

    def write(self, engine: Engine) -> None:
        """Write the board down, and forget workers that have not been seen for an hour."""
        row = self.values()
        statement = insert(WORKER).values(row)
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=row)
        with engine.begin() as connection:
            connection.execute(statement)
            connection.execute(delete(WORKER).where(WORKER.c.seen_at < row["seen_at"] - FORGOTTEN))

    def run(self, engine: Engine, stop: threading.Event) -> None:
        """Write it down until ``stop``, then take it off: whoever stops in order is not missed."""
        self.write(engine)
        while not stop.wait(BEAT_SECONDS):
            self.write(engine)
        with engine.begin() as connection:
            connection.execute(delete(WORKER).where(WORKER.c.id == self._id))


def list_(connection: Connection) -> list[Seen]:
    """List the workers of a service, the latest started first."""
    now = clock.now()
    rows = connection.execute(select(WORKER).order_by(WORKER.c.started_at.desc()))
    return [
        Seen(
            row.place,
            row.started_at,
            row.seen_at,
            tuple(row.roles),
            tuple(_trouble(one) for one in row.troubles),
            now - row.seen_at < ALIVE,
        )
        for row in rows
    ]


def _trouble(value: Mapping[str, str]) -> Trouble:
    return Trouble(value["part"], value["code"], value["said"], value["since"])
