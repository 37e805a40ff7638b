"""Numbering: one process moves staged events into the log, so that each feed counts without a gap.

A plain identity column would not do: its values become visible in another order than they were given, and a reader that follows
``id > last`` loses events. Here one numberer at a time (session advisory lock, then a lock on the head rows) takes the oldest
visible staged rows, so that the sequence has no gap and no inversion by construction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import structlog
from sqlalchemy import Connection, Engine, exists, select, text

from chassis.bell import listen
from chassis.board import Board
from chassis.events import HEAD, LOG_IDENTITY, LOGGED, STAGED, STAGING
from chassis.outbox import ring

BATCH = 500
POLL_SECONDS = 0.25
STANDBY_SECONDS = 1.0
NUMBERER_LOCK = 0x5AA9_0001
PUSHER_LOCK = 0x5AA9_0002
logger = structlog.get_logger(__name__)

_WAITING = select(exists().select_from(STAGING))
_NUMBER = text(
    """
    WITH oldest AS (SELECT position FROM chassis.event_staging ORDER BY position LIMIT :batch),
    batch AS (
        DELETE FROM chassis.event_staging s USING oldest o WHERE s.position = o.position
        RETURNING s.position, s.feed, s.id, s.type, s.subject, s.subject_version, s.time, s.data
    ),
    counted AS (SELECT feed, count(*) AS n FROM batch GROUP BY feed),
    heads AS (
        INSERT INTO chassis.feed_head AS h (feed, head) SELECT feed, n FROM counted ORDER BY feed
        ON CONFLICT (feed) DO UPDATE SET head = h.head + EXCLUDED.head RETURNING h.feed, h.head
    )
    INSERT INTO chassis.event_log (feed, sequence, id, type, subject, subject_version, time, data)
    SELECT b.feed, h.head - c.n + row_number() OVER (PARTITION BY b.feed ORDER BY b.position),
           b.id, b.type, b.subject, b.subject_version, b.time, b.data
    FROM batch b JOIN counted c USING (feed) JOIN heads h USING (feed)
    """
)


def number_batch(connection: Connection) -> int:
    """Number the oldest visible staged events, at most ``BATCH``, in one transaction.

    Where nothing waits, nothing is locked: a lock of a row is written down, and what the chassis keeps would be asked anew.

    Returns:
        How many were numbered.
    """
    with connection.begin():
        if not connection.scalar(_WAITING):
            return 0
        connection.execute(select(HEAD.c.feed).order_by(HEAD.c.feed).with_for_update(key_share=True))
        numbered = connection.execute(_NUMBER, {"batch": BATCH}).rowcount
    if numbered:
        ring(connection, LOGGED)
    return numbered


def number_all(engine: Engine) -> int:
    """Number everything that is staged now; for tests and for commands that run without a worker."""
    total = 0
    with engine.connect() as connection:
        while numbered := number_batch(connection):
            total += numbered
    return total


def try_lock(connection: Connection, key: int) -> bool:
    """Try to become the only holder of a session advisory lock in this database; it ends with the connection."""
    with connection.begin():
        return bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))


@contextmanager
def alone(engine: Engine, stop: threading.Event, role: str, key: int, board: Board) -> Iterator[Connection]:
    """Wait until this process is the only one with a role, and hold it; the others stand by, and say so once.

    Yields:
        The connection that holds the lock; when it ends, the next one takes over. After ``stop`` the role may not be ours.
    """
    with engine.connect() as connection:
        connection.detach()  # the lock must die with this connection and never return to the pool
        if not try_lock(connection, key):
            logger.info("another worker of this service is at it, standing by", role=role)
            while not stop.wait(STANDBY_SECONDS):
                if try_lock(connection, key):
                    logger.info("taking over", role=role)
                    break
        if not stop.is_set():
            board.takes(role)
        try:
            yield connection
        finally:
            board.leaves(role)


def run(engine: Engine, stop: threading.Event, board: Board | None = None) -> None:
    """Number until ``stop``; a second numberer stands by and takes over when the first one's connection ends."""
    with (
        alone(engine, stop, "numberer", NUMBERER_LOCK, board or Board()) as connection,
        closing(listen(engine, STAGED)) as heard,
    ):
        while not stop.is_set():
            if number_batch(connection) < BATCH:
                _await_ring(heard)


def _await_ring(heard: psycopg.Connection) -> None:
    for _ in heard.notifies(timeout=POLL_SECONDS, stop_after=1):
        pass


def renew_identity(connection: Connection) -> None:
    """Give the log a new identity: after a restore from a backup, so that consumers do not go on as if nothing were lost."""
    with connection.begin():
        connection.execute(
            LOG_IDENTITY.update().values(identity=text("gen_random_uuid()"), since=text("now()"))
        )
