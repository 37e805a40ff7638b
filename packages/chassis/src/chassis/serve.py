"""Running a service: one preloaded process, forked into gunicorn's web worker and the worker of events and jobs.

What is imported and built before the fork is shared memory; what is opened (connections, threads) is opened after it. When one
of the two ends by itself the whole group ends, and whoever watches starts it again.

    arbiter ─┬─ web      gunicorn, gthread
             └─ worker   numberer, consumers, jobs
"""

import gc
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import date
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from sqlalchemy.orm import configure_mappers

from chassis import clock, i18n, logs
from chassis import worker as event_worker
from chassis.context import State
from chassis.service import Service
from chassis.settings import Settings

THREADS = 24
GRACE_SECONDS = 10
LOOK_SECONDS = 0.5


class HouseLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own lines go the way of all others."""

    def setup(self, cfg: Any) -> None:
        """Keep the handlers of the house."""
        self.cfg = cfg
        for name in ("gunicorn.error", "gunicorn.access"):
            found = logging.getLogger(name)
            found.handlers, found.propagate = [], True
            found.setLevel(logging.WARNING)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings instead of its command line."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.state: State = app.extensions["chassis"]
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand over the settings."""
        values = {
            "bind": self.settings.listen,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_connections": 400,
            "backlog": 256,
            "keepalive": 75,
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": 8190,
            "preload_app": True,
            "control_socket_disable": True,
            "logger_class": HouseLogger,
            "post_fork": self._after_fork,
            "worker_exit": self._before_end,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give the application."""
        return self.app

    def _after_fork(self, _arbiter: Any, _worker: Any) -> None:
        try:
            self.state.start()
        except Exception as error:
            logs.get(__name__).warning("started without a part", error=type(error).__name__)

    def _before_end(self, _arbiter: Any, _worker: Any) -> None:
        self.state.close()


class Group(Arbiter):  # type: ignore[misc]
    """The arbiter of one service; with `service` it also keeps the worker of events."""

    def __init__(self, server: Server, service: Service | None) -> None:
        self.service = service
        self.settings = server.settings
        self.events_pid = 0
        self.ending = False
        super().__init__(server)

    def start(self) -> None:
        """Listen, then fork the worker of events."""
        super().start()
        if self.service is not None:
            self.events_pid = os.fork()
            if not self.events_pid:
                self._be_the_worker(self.service)

    def _be_the_worker(self, service: Service) -> None:
        status = 1
        try:
            for number in self.SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            for listener in self.LISTENERS:
                listener.sock.close()
            run_worker(service, self.settings, parent=os.getppid())
            status = 0
        except Exception as error:
            logs.get(__name__).error("worker failed", exc_info=error)
        finally:
            logging.shutdown()
            os._exit(status)

    def reap_workers(self) -> None:
        """Notice children that ended; one that ended by itself ends the group.

        Raises:
            HaltServer: the web worker or the worker of events is gone.
        """
        if self.events_pid and os.waitpid(self.events_pid, os.WNOHANG)[0]:
            self.events_pid = 0
            self._end("the worker of events ended")
        before = set(self.WORKERS)
        super().reap_workers()
        if before - set(self.WORKERS):
            self._end("the web worker ended")

    def _end(self, reason: str) -> None:
        if not self.ending:
            logs.get(__name__).error(reason)
            raise HaltServer(reason, 1)

    def stop(self, graceful: bool = True) -> None:
        """Let both children end in their own time, then make them."""
        self.ending = True
        pid, self.events_pid = self.events_pid, 0
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        super().stop(graceful)
        if pid:
            _wait_or_kill(pid)


def _wait_or_kill(pid: int) -> None:
    deadline = clock.monotonic() + GRACE_SECONDS
    with suppress(ChildProcessError, ProcessLookupError):
        while clock.monotonic() < deadline:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
            threading.Event().wait(0.05)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def run_worker(service: Service, settings: Settings, *, parent: int | None = None) -> None:
    """Run the worker of events until a signal comes or `parent` is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, stop), name="watch", daemon=True).start()
    event_worker.run(service, settings, stop)


def _watch(parent: int, stop: threading.Event) -> None:
    while not stop.wait(LOOK_SECONDS):
        if os.getppid() != parent:
            stop.set()


def warm(app: Flask) -> None:
    """Load before the fork what the first requests would load: mappers, templates, words and formats of dates."""
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for words in app.extensions["chassis"].catalogue.values():
        with i18n.speaking(words):
            i18n.format_date(date(2026, 11, 23), "long")
            i18n.format_number(1)
    app.test_client().get("/warm-up")
    gc.collect()
    gc.freeze()


def serve(app: Flask, service: Service, settings: Settings, *, with_worker: bool) -> None:
    """Serve until a signal comes; never returns."""
    warm(app)
    try:
        Group(Server(app, settings), service if with_worker else None).run()
    except RuntimeError as error:
        sys.exit(str(error))
