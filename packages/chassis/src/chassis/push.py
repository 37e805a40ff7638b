"""Pushing: what is numbered goes to RabbitMQ, in order, and again until the broker has confirmed it."""

from __future__ import annotations

import threading
from contextlib import closing

import structlog
from sqlalchemy import Engine, func, select, update

from chassis import feed as feeds
from chassis.bell import listen
from chassis.board import Board
from chassis.broker import PREFETCH, Publisher, Unconfirmed
from chassis.db import unit_of_work
from chassis.events import HEAD, LOGGED
from chassis.numberer import PUSHER_LOCK, alone

WINDOW = PREFETCH
POLL_SECONDS = 0.25
logger = structlog.get_logger(__name__)


def push_once(engine: Engine, publisher: Publisher) -> int:
    """Push one window of every feed that is behind, and note how far it came.

    Returns:
        How many events were pushed.

    Raises:
        Unconfirmed: the broker did not confirm; the same events go again the next time.
    """
    with unit_of_work(engine) as session:
        behind = select(HEAD.c.feed, HEAD.c.pushed).where(HEAD.c.pushed < HEAD.c.head).order_by(HEAD.c.feed)
        places = session.execute(behind).all()
        batches = [feeds.read(session, row.feed, row.pushed, WINDOW) for row in places]
    for batch in batches:
        publisher.publish(batch.log, batch.events)
        last = batch.events[-1]
        with unit_of_work(engine) as session:
            pushed = func.greatest(HEAD.c.pushed, last.sequence)
            session.execute(update(HEAD).where(HEAD.c.feed == last.feed).values(pushed=pushed))
    return sum(len(batch.events) for batch in batches)


def run(engine: Engine, publisher: Publisher, stop: threading.Event, board: Board | None = None) -> None:
    """Push until ``stop``; a second pusher stands by."""
    with (
        alone(engine, stop, "pusher", PUSHER_LOCK, board or Board()),
        closing(listen(engine, LOGGED)) as heard,
    ):
        while not stop.is_set():
            if not publisher.wait_up(POLL_SECONDS):
                continue
            try:
                pushed = push_once(engine, publisher)
            except Unconfirmed as error:
                logger.warning("push not confirmed, sending again", error=str(error))
                continue
            if not pushed:
                for _ in heard.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
