"""The worker process of a service: numberer, pusher, followers, broker consumer, scheduled jobs, registration of permissions.

Each is a thread that is begun anew, with a growing pause, when it fails. Any number of workers may run for one service: one
numbers and pushes, the others stand by; followers of one feed wait for each other at its cursor.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from uuid import uuid4

import httpx
import structlog
from sqlalchemy.exc import OperationalError

from chassis import board as boards
from chassis import clock, contracts, jobs, numberer, permissions, push
from chassis.board import Board
from chassis.broker import Consumer, Link, Publisher
from chassis.consumer import FeedSource, Follower, Taker
from chassis.db import make_engine
from chassis.feed import MAX_WAIT_SECONDS
from chassis.ingest import Ingest
from chassis.machine import Machine, NoToken
from chassis.permissions import Permission
from chassis.plan import Plan
from chassis.service import Service
from chassis.settings import Settings

PARKED_SECONDS = 3.0
PAUSE_FIRST, PAUSE_LONGEST = 0.5, 10.0
LONG_ENOUGH = 30.0
JOIN_SECONDS = 2.0
Task = Callable[[threading.Event], None]
logger = structlog.get_logger(__name__)


class Worker:
    """Everything of a service that runs beside its web processes."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service, self.settings = service, settings
        self.stop = threading.Event()
        self.engine = make_engine(settings.database_url, application_name=f"{service.name} worker")
        self.client = httpx.Client(timeout=httpx.Timeout(5, read=MAX_WAIT_SECONDS + 10))
        self.machine = Machine(settings, self.client)
        self.source = FeedSource(settings, self.machine, self.client)
        self.ingest = Ingest(self.engine, service.handlers, self.source)
        self.links: list[Link] = []
        self.board = Board()

    def run(self) -> None:
        """Work until ``stop`` is set, then end every thread."""
        if self.settings.validate_events:
            contracts.activate()
        self._await_database()
        threads = [
            threading.Thread(target=self._keep, args=(name, task), name=name, daemon=True)
            for name, task in self.tasks().items()
        ]
        for link in self.links:
            link.start()
        for thread in threads:
            thread.start()
        self.stop.wait()
        deadline = clock.monotonic() + JOIN_SECONDS  # whoever still waits for a peer then has nothing to lose
        for link in self.links:
            link.close()
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - clock.monotonic()))
        self.client.close()
        self.engine.dispose()

    def feeds(self) -> tuple[str, ...]:
        """Give the feeds that are followed: the declared ones, and everywhere but in auth the grants."""
        declared = (
            contracts.consumes(self.service.root / self.service.consumes) if self.service.consumes else {}
        )
        own = {permissions.FEED: ()} if permissions.FEED not in self.service.feeds else {}
        return tuple(declared | own)

    def tasks(self) -> Mapping[str, Task]:
        """Give what runs, by name."""
        feeds = self.feeds()
        consumer = self._consumer(feeds)
        followers = [Follower(feed, self.ingest, self.source, consumer, self.board) for feed in feeds]
        found: dict[str, Task] = {f"follow {follower.feed}": follower.run for follower in followers}
        if self.service.feeds:
            found["numberer"] = lambda stop: numberer.run(self.engine, stop, self.board)
        if self.service.feeds and self.settings.amqp_url:
            publisher = Publisher(self.settings.amqp_url, f"{self.service.name} publisher", self.board)
            self.links.append(publisher)
            found["pusher"] = lambda stop: push.run(self.engine, publisher, stop, self.board)
        if consumer is not None:
            found["taker"] = Taker(self.ingest, consumer, followers).run
        found["parked"] = self._retry_parked
        found["jobs"] = lambda stop: jobs.run(self.engine, self.settings, self.service.jobs, stop, self.board)
        found["board"] = lambda stop: self.board.run(self.engine, stop)
        found["registrar"] = self._register
        return found

    def _consumer(self, feeds: tuple[str, ...]) -> Consumer | None:
        if not (feeds and self.settings.amqp_url):
            return None
        name = self.service.name
        consumer = Consumer(
            self.settings.amqp_url, f"{name} consumer", self.board, queue_name=f"shanyraq.{name}", feeds=feeds
        )
        self.links.append(consumer)
        return consumer

    def _keep(self, name: str, task: Task) -> None:
        """Run a task until it ends by itself; begin it anew when it fails."""
        pause = PAUSE_FIRST
        while not self.stop.is_set():
            began = clock.monotonic()
            try:
                task(self.stop)
                return
            except OperationalError as error:
                said = " ".join(str(error.orig).split())
                logger.warning("the database cannot be reached", task=name, said=said)
                self.board.trouble(name, boards.DATABASE, said)
            except Exception as error:
                logger.exception("task failed", task=name)
                self.board.trouble(name, boards.TASK, repr(error))
            pause = PAUSE_FIRST if clock.monotonic() - began > LONG_ENOUGH else min(pause * 2, PAUSE_LONGEST)
            self.stop.wait(random.uniform(pause / 2, pause))  # noqa: S311

    def _await_database(self) -> None:
        """Wait, asking ever more rarely, until the database is there and as new as this program: nothing works before."""
        plan, pause = Plan.of(self.service.root), PAUSE_FIRST
        while not self.stop.is_set():
            try:
                lacking = plan.lacking(self.engine)
            except OperationalError as error:
                said = " ".join(str(error.orig).split())
                logger.warning("the database cannot be reached yet", again_in=pause, said=said)
            else:
                if not lacking:
                    return
                logger.error(
                    "the database is older than this program: run migrate", lacking=lacking, again_in=pause
                )
            self.stop.wait(pause)
            pause = min(pause * 2, PAUSE_LONGEST)

    def _retry_parked(self, stop: threading.Event) -> None:
        while not stop.wait(PARKED_SECONDS):
            self.ingest.retry_due()

    def _register(self, stop: threading.Event) -> None:
        """Tell auth which permissions this service knows, until auth has answered."""
        declared = permissions.catalogue(self.service.name, self.service.root, self.service.permissions)
        pause = PAUSE_FIRST
        while not stop.is_set():
            try:
                register(self.client, self.settings, self.machine, self.service, declared.values())
            except (httpx.HTTPError, NoToken) as error:
                logger.warning("permissions not registered yet", error=str(error))
                self.board.trouble("registrar", boards.UNREGISTERED, error)
                pause = min(pause * 2, PAUSE_LONGEST)
                stop.wait(random.uniform(pause / 2, pause))  # noqa: S311
            else:
                logger.info("permissions registered", count=len(declared))
                self.board.well("registrar")
                return


def register(
    client: httpx.Client,
    settings: Settings,
    machine: Machine,
    service: Service,
    declared: Iterable[Permission],
) -> None:
    """Register with auth the permissions of a service, and what programs can be granted there: feeds and operations.

    Raises:
        httpx.HTTPError: auth is away or refuses.
        NoToken: auth gives no token.
    """
    if "auth" not in settings.peers:
        raise httpx.ConnectError("no address for auth: set PEERS")
    answer = client.put(
        f"{settings.peers['auth']}/auth/api/v1/catalogues/{settings.service}",
        json={
            "permissions": [asdict(permission) for permission in declared],
            "feeds": list(service.feeds),
            "operations": list(service.operations),
        },
        headers={
            "Authorization": f"Bearer {machine.token('auth', 'permissions.register')}",
            "Idempotency-Key": str(uuid4()),
        },
    )
    answer.raise_for_status()


def run(service: Service, settings: Settings, stop: threading.Event | None = None) -> None:
    """Run the worker of a service until ``stop`` is set (the caller sets it on SIGTERM and SIGINT)."""
    worker = Worker(service, settings)
    worker.stop = stop or worker.stop
    worker.run()
