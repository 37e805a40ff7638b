"""RabbitMQ, and all of pika: nobody else imports it.

One topic exchange, ``shanyraq.events``; the routing key is the feed and then the type (``auth.people.kz.shanyraq.auth.person.recorded.v1``),
so that a queue is bound by feed (a consumer that got only some types of a numbered feed would see false gaps) and a service's
topic permission is its own name. One quorum queue per consuming service with a single active consumer. A service has one
connection per direction, each with its I/O in a thread of its own; the broker may be lost at any time: the feed is the truth.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pika
import structlog
from pika.exceptions import (
    AuthenticationError,
    ChannelClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)
from pika.spec import Basic, BasicProperties

from chassis import board as boards
from chassis import clock
from chassis.board import Board
from chassis.events import EVENT_TYPE, TYPE_PREFIX, Event

EXCHANGE = "shanyraq.events"
PREFETCH = 200
CONFIRM_SECONDS = 10.0
BLOCKED_SECONDS = 10.0
FAREWELL_SECONDS = 2.0
READY_SECONDS = 5.0
STUCK_AFTER = 3
PAUSE_FIRST, PAUSE_LONGEST = 0.2, 3.0
QUEUE_ARGUMENTS = {"x-queue-type": "quorum", "x-single-active-consumer": True}
logger = structlog.get_logger(__name__)


class Unconfirmed(Exception):
    """The broker did not confirm; send again (consumers drop what they have)."""


def prefix(feed: str) -> str:
    """Give the part of the routing key that is the feed."""
    return feed.replace("/", ".")


class Link:
    """One connection and one channel, kept up by a thread; reconnects with jitter."""

    def __init__(self, url: str, name: str, board: Board | None = None) -> None:
        self._board = board or Board()
        self._parameters = pika.URLParameters(url)
        self._parameters.blocked_connection_timeout = BLOCKED_SECONDS
        self._parameters.heartbeat = 20
        self._parameters.client_properties = {"connection_name": name}
        self._name = name
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._up = threading.Event()
        self._down_since = clock.monotonic()
        self._worked = self._refused = False
        self._connection: Any = None
        self._channel: Any = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once. What pika has to say of a lost broker in eleven lines we say in one."""
        logging.getLogger("pika").setLevel(logging.CRITICAL)
        self._thread.start()

    def close(self) -> None:
        """Close the connection and end the thread."""
        self._stopping.set()
        self.restart()
        self._thread.join(timeout=5)

    def restart(self) -> None:
        """Drop the connection: what was not acknowledged comes again over the next one."""
        self._mark_down()
        self._call(self._hang_up)

    def wait_up(self, timeout: float) -> bool:
        """Wait until the channel is ready."""
        return self._up.wait(timeout)

    def down_for(self) -> float:
        """Give for how many seconds the broker has been out of reach; 0 when it is there."""
        return 0.0 if self._up.is_set() else clock.monotonic() - self._down_since

    def _call(self, action: Any) -> None:
        """Run ``action`` in the I/O thread, if there is a connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.ioloop.add_callback_threadsafe(action)

    def _run(self) -> None:
        pause = PAUSE_FIRST
        while not self._stopping.is_set():
            try:
                self._connection = pika.SelectConnection(
                    self._parameters,
                    on_open_callback=self._opened,
                    on_open_error_callback=self._lost,
                    on_close_callback=self._lost,
                )
                self._connection.ioloop.start()
            except Exception as error:
                self._lost(None, error)
            pause = PAUSE_FIRST if self._worked else min(pause * 2, PAUSE_LONGEST)
            self._worked = self._refused = False
            self._fall()
            self._stopping.wait(random.uniform(pause / 2, pause))  # noqa: S311

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        self._connection.ioloop.call_later(READY_SECONDS, self._hang_up_unless_ready)
        channel.add_on_close_callback(self._channel_closed)
        channel.exchange_declare(
            EXCHANGE, "topic", durable=True, callback=lambda _frame: self._prepare(channel)
        )

    def _prepare(self, channel: Any) -> None:
        """Make the channel ready for its direction, then call ``_ready``."""
        raise NotImplementedError

    def _ready(self) -> None:
        logger.info("broker reached", link=self._name)
        self._board.well(self._name)
        self._up.set()

    def _channel_closed(self, _channel: Any, reason: Any) -> None:
        """Hang up; say why when the broker refused something, such as what this user has no permission for."""
        if isinstance(reason, ChannelClosedByBroker):
            said = f"{reason.reply_code} {reason.reply_text}"[:300]
            logger.error("broker refuses, trying again later", link=self._name, reason=said)
            self._board.trouble(self._name, boards.BROKER_REFUSES, said)
            self._refused = True
        self._hang_up()

    def _lost(self, _connection: Any, reason: Any) -> None:
        if not (self._stopping.is_set() or self._refused):
            self._say(repr(reason)[:200], refused=refuses_us(reason))
        if self._connection is not None:
            self._connection.ioloop.stop()

    def _say(self, reason: str, *, refused: bool = False) -> None:
        words = "the broker refuses our name or password: is AMQP_URL right?" if refused else "broker lost"
        logger.warning(words, link=self._name, reason=reason)
        self._board.trouble(self._name, boards.BROKER_REFUSES if refused else boards.BROKER_AWAY, reason)

    def _hang_up(self) -> None:
        connection = self._connection
        if not (connection.is_closing or connection.is_closed):
            connection.ioloop.call_later(FAREWELL_SECONDS, connection.ioloop.stop)  # it may never say goodbye
            connection.close()

    def _hang_up_unless_ready(self) -> None:
        if not self._up.is_set():
            self._say("it does not answer")
            self._hang_up()

    def _mark_down(self) -> None:
        if self._up.is_set():
            self._up.clear()
            self._down_since = clock.monotonic()

    def _fall(self) -> None:
        self._mark_down()
        with self._lock:
            connection, self._channel, self._connection = self._connection, None, None
        if connection is not None:
            _let_go(connection)


def refuses_us(reason: object) -> bool:
    """Tell whether the broker is there and does not take our name and password, or what they may do."""
    refusals = (AuthenticationError, ProbableAuthenticationError, ProbableAccessDeniedError)
    return isinstance(reason, refusals) or "ACCESS_REFUSED" in str(reason)


def _let_go(connection: Any) -> None:
    """Free what a connection holds whose other end never said goodbye; pika has no public way to do so."""
    sock = getattr(getattr(connection, "_transport", None), "_sock", None)
    if sock is not None:
        sock.close()
    connection.ioloop.close()


class _Window:
    """Messages sent together and confirmed together."""

    def __init__(self, log: UUID, events: Sequence[Event]) -> None:
        self.log, self.events = log, events
        self.left: set[int] = set()
        self.over = threading.Event()
        self.confirmed = False

    def settle(self, tags: set[int]) -> None:
        self.left -= tags
        if not self.left:
            self.confirmed = True
            self.over.set()


class Publisher(Link):
    """Publishes with confirms, in windows; persistent and mandatory."""

    def __init__(self, url: str, name: str, board: Board | None = None) -> None:
        super().__init__(url, name, board)
        self._window: _Window | None = None
        self._tag = 0
        self.unroutable = 0

    def publish(self, log: UUID, events: Sequence[Event]) -> None:
        """Send events and return when the broker has confirmed all of them.

        Raises:
            Unconfirmed: no connection, a refusal, or no confirm within ``CONFIRM_SECONDS``.
        """
        window = _Window(log, events)
        if not self._up.is_set():
            raise Unconfirmed("the broker is out of reach")
        self._call(lambda: self._send(window))
        window.over.wait(CONFIRM_SECONDS)
        if not window.confirmed:
            self.restart()
            raise Unconfirmed(f"{len(window.left)} of {len(events)} events are not confirmed")

    def _prepare(self, channel: Any) -> None:
        self._tag = 0
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._settled, callback=lambda _frame: self._ready())

    def _send(self, window: _Window) -> None:
        if not self._up.is_set() or self._channel is None or not self._channel.is_open:
            window.over.set()
            return
        self._window = window
        window.left = set(range(self._tag + 1, self._tag + 1 + len(window.events)))
        for event in window.events:
            self._tag += 1
            key = f"{prefix(event.feed)}.{TYPE_PREFIX}{event.type}"
            body = json.dumps(event.cloudevent(), ensure_ascii=False, separators=(",", ":")).encode()
            properties = BasicProperties(
                content_type=EVENT_TYPE,
                delivery_mode=2,
                message_id=str(event.id),
                headers={"log": str(window.log)},
            )
            self._channel.basic_publish(EXCHANGE, key, body, properties, mandatory=True)

    def _settled(self, frame: Any) -> None:
        method, window = frame.method, self._window
        self._worked = True
        if window is None:
            return
        if isinstance(method, Basic.Nack):
            window.over.set()
        elif method.multiple:
            window.settle({tag for tag in window.left if tag <= method.delivery_tag})
        else:
            window.settle({method.delivery_tag})

    def _returned(self, _channel: Any, _method: Any, _properties: Any, _body: bytes) -> None:
        """Count what no queue is bound for: nobody follows that feed by push, everybody may by the feed."""
        self.unroutable += 1

    def _fall(self) -> None:
        super()._fall()
        if self._window is not None:
            self._window.over.set()
            self._window = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it came: of which log, and which event; ``event`` is empty when it is none."""

    channel: Any
    tag: int
    log: UUID | None
    event: Event | None


class Consumer(Link):
    """Takes the events of some feeds from the queue of one service."""

    def __init__(
        self, url: str, name: str, board: Board | None = None, *, queue_name: str, feeds: Sequence[str]
    ) -> None:
        super().__init__(url, name, board)
        self._queue_name = queue_name
        self._steps = [f"{prefix(feed)}.#" for feed in feeds]
        self._arrived: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._vain = 0

    def take(self, timeout: float) -> list[Delivery]:
        """Wait for a message and give it with all that are already here."""
        taken: list[Delivery] = []
        with contextlib.suppress(queue.Empty):
            taken.append(self._arrived.get(timeout=timeout))
            while len(taken) < PREFETCH:
                taken.append(self._arrived.get_nowait())
        return taken

    def acknowledge(self, last: Delivery) -> None:
        """Acknowledge everything up to and with ``last``; nothing happens if its channel is gone, then it comes again."""

        def acknowledge() -> None:
            if self._channel is last.channel and last.channel.is_open:
                last.channel.basic_ack(last.tag, multiple=True)

        self._call(acknowledge)

    def _prepare(self, channel: Any) -> None:
        """Declare, bind and consume; a queue that does not come up again and again is deleted first.

        RabbitMQ loses the directory entry of a quorum queue that was declared in the second before a crash; such a queue
        exists and answers nobody. Nothing in a queue is precious: the feed is the truth.
        """

        def declare() -> None:
            channel.queue_declare(
                self._queue_name,
                durable=True,
                arguments=QUEUE_ARGUMENTS,
                callback=lambda _frame: bind(self._steps),
            )

        def bind(left: Sequence[str]) -> None:
            if left:
                channel.queue_bind(
                    self._queue_name, EXCHANGE, left[0], callback=lambda _frame: bind(left[1:])
                )
            else:
                channel.basic_qos(prefetch_count=PREFETCH, callback=lambda _frame: consume())

        def consume() -> None:
            channel.basic_consume(self._queue_name, self._message, callback=lambda _frame: self._consuming())

        channel.add_on_cancel_callback(lambda _frame: self._hang_up())
        self._vain += 1
        if self._vain % STUCK_AFTER == 0:
            logger.warning("queue does not come up, declaring it anew", queue=self._queue_name)
            channel.queue_delete(self._queue_name, callback=lambda _frame: declare())
        else:
            declare()

    def _consuming(self) -> None:
        self._vain, self._worked = 0, True
        self._ready()

    def _message(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        try:
            log = UUID((properties.headers or {})["log"])
            event = Event.from_cloudevent(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            logger.error("not an event, left to the feed", queue=self._queue_name, error=str(error))
            self._arrived.put(Delivery(channel, method.delivery_tag, None, None))
        else:
            self._arrived.put(Delivery(channel, method.delivery_tag, log, event))
