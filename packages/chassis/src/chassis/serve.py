"""Running a service: one preloaded process that forks the worker of events and then serves the web itself.

What is imported and built before the fork is shared memory; what is opened (connections, threads) is opened after it. When one
of the two ends by itself, so does the other, and whoever watches starts the group again. The web is gunicorn's threaded worker
without its arbiter: with one web process an arbiter would only cost the memory of a third one. How its threads share connections
is told in `chassis.connections`.

    web          gunicorn, gthread
     └─ worker   numberer, consumers, jobs

A group told to end takes no new connection any more and answers what it has; one that relieves another begins to take connections
once it is ready (`chassis.handover`).
"""

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, NoReturn, cast

import httpx
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets
from sqlalchemy.orm import configure_mappers

from chassis import clock, handover, i18n, logs
from chassis import worker as event_worker
from chassis.connections import THREADS, SharingWorker
from chassis.context import State
from chassis.repeats import Repeats
from chassis.service import Service
from chassis.settings import Settings

GRACE_SECONDS = 10
LOOK_SECONDS = 0.5
OK = 200


class HouseLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own lines go the way of all others."""

    def setup(self, cfg: Any) -> None:
        """Keep the handlers of the house."""
        self.cfg = cfg
        for name in ("gunicorn.error", "gunicorn.access"):
            found = logging.getLogger(name)
            found.handlers, found.propagate = [], True
            found.setLevel(logging.WARNING)

    def access(self, *_: Any) -> None:
        """Say nothing: requests are logged by the gateway, and counted by the chassis."""


class Application(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings instead of its command line."""

    def __init__(self, app: Flask, settings: Settings, ready: Callable[[Any], None]) -> None:
        self.app = app
        self.values = {
            "bind": settings.listen,
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_connections": 400,
            "backlog": 256,
            "keepalive": 75,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": 8190,
            # Nothing of the scheme or the path is taken from headers, so it need not be known from whom they are.
            "forwarded_allow_ips": "*",
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "logger_class": HouseLogger,
            "post_worker_init": ready,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand over the settings."""
        for name, value in self.values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give the application."""
        return self.app


class Group:
    """The two processes of a service, seen from the web."""

    def __init__(self, app: Flask, settings: Settings, service: Service | None) -> None:
        self.state: State = app.extensions["chassis"]
        self.settings = settings
        self.service = service
        self.events_pid = 0
        self.status = 0
        self.ending = False
        self.gunicorn = Application(app, settings, self._ready)
        self.log = HouseLogger(self.gunicorn.cfg)
        self.handover = handover.from_environment(os.environ)
        self.sockets = create_sockets(self.gunicorn.cfg, self.log, fds=self.handover.taken)

    def run(self) -> NoReturn:
        """Fork the worker, serve until a signal comes or the worker is gone, end both."""
        if self.service is not None:
            self.events_pid = os.fork()
            if not self.events_pid:
                self._be_the_worker(self.service)
        cfg = self.gunicorn.cfg
        web = SharingWorker(1, os.getppid(), self.sockets, self.gunicorn, cfg.timeout, cfg, self.log)
        web.pid = os.getpid()
        web.repeats = cast("Repeats", self.gunicorn.app.wsgi_app)
        try:
            web.init_process()
        finally:
            _tell(self.events_pid)
            _wait_or_kill(self.events_pid)
            logging.shutdown()
            os._exit(self.status)

    def _ready(self, web: SharingWorker) -> None:
        """Open what a process opens for itself; take the signals that gunicorn has just set."""

        def end(*_: Any) -> None:
            self.ending = True
            _tell(self.events_pid)
            threading.Thread(target=self.state.close, daemon=True).start()
            web.handle_exit(signal.SIGTERM, None)
            web.method_queue.defer(self._refuse, web)

        def give(*_: Any) -> None:
            self.handover.give(one for one in self.sockets if one.sock)

        def look(*_: Any) -> None:
            if self.events_pid and _is_over(self.events_pid):
                self.events_pid, self.status = 0, int(not self.ending)
                end()

        acts = {
            signal.SIGTERM: end,
            signal.SIGINT: end,
            signal.SIGCHLD: look,
            signal.SIGUSR2: give,
        }
        for number, act in acts.items():
            signal.signal(number, act)
        try:
            self.state.start()
        except Exception as error:
            logs.get(__name__).warning("started without a part", error=type(error).__name__)
        look()
        while self.handover.taken and not self.ending and not self._can_work():
            threading.Event().wait(LOOK_SECONDS)
        self.handover.say_ready()

    def _can_work(self) -> bool:
        path = f"{self.state.service.base}/health/ready"
        return self.state.app.test_client().get(path).status_code == OK

    def _refuse(self, web: SharingWorker) -> None:
        """Take no new connection: who asks now goes to another at once, instead of waiting in our queue until we are gone."""
        web.set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()

    def _be_the_worker(self, service: Service) -> NoReturn:
        status = 1
        try:
            self.handover.close()
            for listener in self.sockets:
                listener.sock.close()
            run_worker(service, self.settings, parent=os.getppid())
            status = 0
        except Exception as error:
            logs.get(__name__).error("worker failed", exc_info=error)
        finally:
            logging.shutdown()
            os._exit(status)


def _is_over(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return True


def _tell(pid: int) -> None:
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _wait_or_kill(pid: int) -> None:
    deadline = clock.monotonic() + GRACE_SECONDS
    while pid and not _is_over(pid):
        if clock.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        threading.Event().wait(0.05)


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


def warm_libraries() -> None:
    """Load what libraries load when they are first used, whatever the service: formats of dates and numbers, TLS, the words of the bar."""
    for language in i18n.LANGUAGES:
        with i18n.speaking(i18n.Words(language)):
            i18n.format_date(date(2026, 11, 23), "long")
            i18n.format_number(1)
    httpx.Client().close()
    from design import bar

    bar.read_words()


def warm(app: Flask) -> None:
    """Load before the fork what the first requests would load: libraries, mappers, templates."""
    state: State = app.extensions["chassis"]
    warm_libraries()
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    client = app.test_client()
    for path in (f"{state.service.base}/health/ready", "/warm-up"):
        client.get(path)
    state.dispose()
    gc.collect()
    gc.freeze()


def serve(app: Flask, service: Service, settings: Settings, *, with_worker: bool) -> NoReturn:
    """Serve until a signal comes."""
    warm(app)
    try:
        Group(app, settings, service if with_worker else None).run()
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))
