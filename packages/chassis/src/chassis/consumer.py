"""Following other services: by their feeds over HTTP, and by RabbitMQ where there is one. Both end in the same ingest.

With a broker the feed is read every 30 s, to see where it stands; after 5 s without the broker the feed is followed by long
polling, until the broker is back.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterable
from uuid import UUID

import httpx
import structlog
from sqlalchemy.exc import OperationalError

from chassis import board as boards
from chassis import clock, cursors
from chassis.board import Board
from chassis.broker import Consumer, Delivery, Link
from chassis.db import unit_of_work
from chassis.events import BATCH_TYPE, Event
from chassis.feed import LIMIT, MAX_WAIT_SECONDS, Batch, path
from chassis.ingest import Ingest, Stopped, Unhealed
from chassis.machine import Machine, NoToken
from chassis.settings import Settings

HEADS_SECONDS = 30.0
WITHOUT_BROKER_SECONDS = 5.0
PAUSE_FIRST, PAUSE_LONGEST = 0.25, 3.0
logger = structlog.get_logger(__name__)


class FeedRefused(Exception):
    """The feed cannot serve our cursor: it is from another log, from the future, or too old."""


class FeedSource:
    """Reads feeds of peers over HTTP with the service's machine token."""

    def __init__(self, settings: Settings, machine: Machine, client: httpx.Client) -> None:
        self._peers = settings.peers
        self._machine = machine
        self._client = client

    def read(self, feed: str, after: int, *, seconds: float = 0) -> Batch:
        """Read the events after a cursor, waiting for one up to ``seconds``.

        Raises:
            FeedRefused: the feed cannot serve this cursor.
            httpx.HTTPError: the peer is away or out of order.
            NoToken: there is no token to ask with.
        """
        service = feed.partition("/")[0]
        if service not in self._peers:
            msg = f"no address for {service}: set PEERS"
            raise httpx.ConnectError(msg)
        scope = f"feed:{feed}"
        answer = self._client.get(
            self._peers[service] + path(feed),
            params={"lastEventId": after, "limit": LIMIT, "timeout": int(seconds * 1000)},
            headers={
                "Accept": BATCH_TYPE,
                "Authorization": f"Bearer {self._machine.token(service, scope)}",
                "X-Auth-Grace": "1",  # a read: our token may be a little over while auth is away
            },
        )
        if answer.status_code in {401, 403}:
            self._machine.forget(service, scope)
        if answer.status_code in {400, 410} and "Feed-Head" in answer.headers:
            place = {name: answer.headers[name] for name in ("Feed-Log", "Feed-Head", "Feed-Oldest")}
            msg = f"our cursor {after} is not served: {place}"
            raise FeedRefused(msg)
        answer.raise_for_status()
        return _batch(answer)


def _batch(answer: httpx.Response) -> Batch:
    try:
        events = tuple(Event.from_cloudevent(value) for value in answer.json())
        headers = answer.headers
        return Batch(
            UUID(headers["Feed-Log"]), int(headers["Feed-Head"]), int(headers["Feed-Oldest"]), events
        )
    except (ValueError, KeyError, TypeError) as error:
        kind = answer.headers.get("Content-Type", "nothing").partition(";")[0]
        msg = f"{answer.request.url.copy_with(query=None)} answers {kind}, which is not a feed (is its address in PEERS right?): {error!r}"
        raise httpx.DecodingError(msg, request=answer.request) from error


class Follower:
    """Follows one feed of a peer."""

    def __init__(
        self,
        feed: str,
        ingest: Ingest,
        source: FeedSource,
        link: Link | None = None,
        board: Board | None = None,
    ) -> None:
        self.feed = feed
        self._board = board or Board()
        self._ingest = ingest
        self._source = source
        self._link = link
        self._nudged = threading.Event()

    def nudge(self) -> None:
        """Look at the feed now: something was pushed that we could not apply."""
        self._nudged.set()

    @property
    def pushed(self) -> bool:
        """Whether events come by push now."""
        return self._link is not None and self._link.down_for() < WITHOUT_BROKER_SECONDS

    def run(self, stop: threading.Event) -> None:
        """Follow until ``stop``."""
        pause = PAUSE_FIRST
        while not stop.is_set():
            try:
                rest = self.step()
                pause = PAUSE_FIRST
                self._board.well(self.feed)
            except Stopped as alarm:
                logger.error("feed stopped", feed=self.feed, alarm=str(alarm))
                self._board.trouble(self.feed, boards.FEED_STOPPED, alarm)
                rest = HEADS_SECONDS
            except (httpx.HTTPError, NoToken, Unhealed, OperationalError) as error:
                self._say(error)
                rest = random.uniform(pause / 2, pause)  # noqa: S311
                pause = min(pause * 2, PAUSE_LONGEST)
            self._rest(stop, rest)

    def _say(self, error: Exception) -> None:
        wrong = isinstance(error, httpx.DecodingError)
        logger.warning(
            "the peer answers with something that is not a feed" if wrong else "feed out of reach",
            feed=self.feed,
            error=str(error),
        )
        self._board.trouble(self.feed, boards.NOT_A_FEED if wrong else boards.FEED_AWAY, error)

    def step(self) -> float:
        """Read what is new once, and take it in.

        Returns:
            How many seconds may pass before the next look.
        """
        with unit_of_work(self._ingest.engine) as session:
            cursor = cursors.get(session, self.feed)
        if cursor.alarm is not None:
            raise Stopped(cursor.alarm)
        pushed, began = self.pushed, clock.monotonic()
        try:
            batch = self._source.read(self.feed, cursor.last, seconds=0 if pushed else MAX_WAIT_SECONDS)
        except FeedRefused as refused:
            raise self._stop(str(refused)) from refused
        if cursor.identity not in {None, batch.log}:
            raise self._stop(f"the log of the feed is {batch.log}, the cursor follows {cursor.identity}")
        if batch.events:
            if batch.head > batch.events[-1].sequence:
                self._note(batch.head)
            self._ingest(self.feed, batch.log, batch.events)
            return HEADS_SECONDS if pushed and len(batch.events) < LIMIT else 0
        self._note(batch.head)
        if pushed:
            return HEADS_SECONDS
        return PAUSE_FIRST if clock.monotonic() - began < 1 else 0  # its waiting room was full

    def _note(self, head: int) -> None:
        with unit_of_work(self._ingest.engine) as session:
            cursors.note_head(session, self.feed, head)

    def _stop(self, alarm: str) -> Stopped:
        with unit_of_work(self._ingest.engine) as session:
            cursors.stop(session, self.feed, alarm)
        return Stopped(alarm)

    def _rest(self, stop: threading.Event, seconds: float) -> None:
        """Rest, but not when we are stopped or nudged, nor longer than the broker is there."""
        was_pushed, until = self.pushed, clock.monotonic() + seconds
        while not stop.is_set() and clock.monotonic() < until and self.pushed == was_pushed:
            if self._nudged.wait(min(0.25, seconds)):
                break
        self._nudged.clear()


class Taker:
    """Takes what the broker pushed into the ingest."""

    def __init__(self, ingest: Ingest, consumer: Consumer, followers: Collection[Follower]) -> None:
        self._ingest = ingest
        self._consumer = consumer
        self._followers = {follower.feed: follower for follower in followers}

    def run(self, stop: threading.Event) -> None:
        """Take until ``stop``."""
        while not stop.is_set():
            taken = self._consumer.take(0.5)
            if not taken:
                continue
            try:
                self._take_in(taken)
            except OperationalError as error:
                logger.warning("database trouble, taking the events again", error=str(error))
                self._consumer.restart()
                stop.wait(random.uniform(0.5, 1))  # noqa: S311
            else:
                self._consumer.acknowledge(taken[-1])

    def _take_in(self, taken: Iterable[Delivery]) -> None:
        groups: dict[tuple[str, UUID], list[Event]] = {}
        for delivery in taken:
            if (
                delivery.event is not None
                and delivery.log is not None
                and delivery.event.feed in self._followers
            ):
                groups.setdefault((delivery.event.feed, delivery.log), []).append(delivery.event)
        for (feed, log), events in groups.items():
            try:
                self._ingest(feed, log, events)
            except Stopped as alarm:
                logger.error("feed stopped", feed=feed, alarm=str(alarm))
            except (Unhealed, FeedRefused, NoToken, httpx.HTTPError) as error:
                logger.warning("gap left to the follower", feed=feed, error=str(error))
                self._followers[feed].nudge()
