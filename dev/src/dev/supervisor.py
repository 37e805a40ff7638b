"""Run the whole house on one machine: PostgreSQL, the services and the gateway, until Ctrl-C.

Order: refuse (ports, state folder) before anything starts; PostgreSQL; roles, databases and migrations; services and gateway
together; wait until each is ready; the demo academy on first start; `ready`. Then watch: what ends is started again, and the
gateway is told when auth has written new public keys.
"""

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from chassis.postgres import Cluster, PostgresError
from dev import console, ports, state
from dev.children import Child, Service, prober, program
from dev.layout import ROOT, Layout, Refusal
from dev.nursery import Nursery
from dev.upgrade import Upgrades
from gateway import nginx
from gateway.__main__ import KEYS_SECONDS, fetch_keys

READY_SECONDS = 120
BEAT = 0.1


class Supervisor:
    """One run of the house.

    Attributes:
        layout: its ports, folders and services.
        children: the services, the prober of the status page, then the gateway.
        stopping: set when the run shall end.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.stopping = threading.Event()
        self.children: list[Child] = []
        self._cluster = Cluster(layout.state / "postgres", layout.postgres_port)
        self._nursery = Nursery()
        self._upgrades = Upgrades(layout, self._nursery, self.stopping, self._migrate)
        self._keys = b""
        self._prober: Child | None = None
        self._next_cluster_start = 0.0

    def run(self) -> None:
        """Start everything, say `ready`, watch until told to stop, stop everything.

        Raises:
            Refusal: when something is in the way; nothing is left running.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        started = time.monotonic()
        ports.check(self.layout.ports)
        with state.locked(self.layout.state):
            try:
                self._start()
                self._wait_until_ready()
                self._load_demo()
                if not self.stopping.is_set():
                    self._announce(time.monotonic() - started)
                while not self.stopping.wait(BEAT):
                    self.tend()
            finally:
                self._stop()

    def tend(self) -> None:
        """Look once after everything that runs."""
        self._tend_cluster()
        for child in self.children:
            child.tend()
        self._tend_keys()
        self._upgrades.tend({child.name: child for child in self.children})

    def _start(self) -> None:
        state.prepare(self.layout)
        self._nursery.warm_up()
        try:
            self._cluster.start()
        except PostgresError as problem:
            raise Refusal(str(problem)) from problem
        for name in self.layout.services:
            self._cluster.create_role_and_database(name, state.password(self.layout, name))
        with ThreadPoolExecutor() as pool:
            failures = list(filter(None, pool.map(self._migrate, self.layout.services)))
        if failures:
            raise Refusal("\n".join(failures))
        self._start_children()

    def _python(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    def _migrate(self, name: str) -> str | None:
        done = self._nursery.spawn((name, "migrate"), self.layout.service_environment(name))
        with done.stdout:
            said = done.stdout.read().decode(errors="replace")
        return f"The database of {name} cannot be migrated:\n{said.strip()}" if done.wait() else None

    def _start_children(self) -> None:
        logs = self.layout.state / "log"
        for name in self.layout.services:
            spawn = Service(self._nursery, name, self.layout.service_environment(name))
            self.children.append(Child(name, spawn, logs / f"{name}.log"))
        folder = nginx.write(gateway_settings(self.layout))
        if "auth" in self.layout.elsewhere:
            fetch_keys(self.layout.jwks_url, self.layout.jwks)
            threading.Thread(target=self._follow_keys, daemon=True).start()
        self._keys = self.layout.jwks.read_bytes()
        probing = prober(self._nursery, self.layout.prober_environment())
        self._prober = Child("status", probing, logs / "status.log")
        self.children.append(self._prober)
        self.children.append(
            Child("gateway", program(nginx.command(folder), os.environ), logs / "gateway.log")
        )
        for child in self.children:
            child.start()

    def _wait_until_ready(self) -> None:
        waiting = {name: self.layout.ready_url(name) for name in self.layout.services}
        waiting["gateway"] = self.layout.gateway_url
        deadline = time.monotonic() + READY_SECONDS
        while waiting and not self.stopping.wait(BEAT):
            ended = [child for child in self.children if child.died() is not None]
            if ended:
                first = ended[0]
                raise Refusal(f"{first.name} ended with {first.died()}:\n{console.tail(first.log)}")
            if time.monotonic() > deadline:
                raise Refusal(
                    f"Not ready after {READY_SECONDS} s: {', '.join(waiting)}. See {self.layout.state / 'log'}."
                )
            self._tend_keys()
            waiting = {name: url for name, url in waiting.items() if not ports.answers(url)}

    def _load_demo(self) -> None:
        done = self.layout.state / "demo-loaded"
        whole = set(self.layout.services) == set(self.layout.names)
        wanted = (
            whole and os.environ.get("DEMO", "1") != "0" and importlib.util.find_spec("dev.demo") is not None
        )
        if done.exists() or not wanted or self.stopping.is_set():
            return
        console.say("loading the demo academy (first start)")
        child = Child(
            "demo",
            program(self._python("dev.demo"), self.layout.environment_of_all()),
            self.layout.state / "log" / "demo.log",
        )
        child.start()
        while child.died() is None and not self.stopping.wait(BEAT):
            self.tend()
        if child.died() is None:
            child.stop()
        elif child.died():
            raise Refusal(
                "The demo academy could not be loaded; see the lines above. `make reset` begins anew."
            )
        else:
            done.touch()

    def _announce(self, seconds: float) -> None:
        known = {*self.layout.services, *self.layout.elsewhere}
        if self.layout.elsewhere:
            console.say(f"elsewhere: {', '.join(self.layout.elsewhere)}")
        if absent := [name for name in self.layout.names if name not in known]:
            console.say(f"without {', '.join(absent)}")
        if importlib.util.find_spec("dev.demo") is not None:
            for line in getattr(importlib.import_module("dev.demo"), "SIGN_INS", ()):
                console.announce(str(line))
        console.say(f"all answer after {seconds:.1f} s; logs in {self.layout.state / 'log'}; Ctrl-C stops")
        console.announce(f"ready http://localhost:{self.layout.port}")

    def _tend_cluster(self) -> None:
        process = self._cluster.process
        if (process is not None and process.poll() is None) or time.monotonic() < self._next_cluster_start:
            return
        self._next_cluster_start = time.monotonic() + 1
        console.say("PostgreSQL ended; starting it again")
        try:
            self._cluster.start()
        except PostgresError as problem:
            console.say(str(problem))

    def _follow_keys(self) -> None:
        """Keep the gateway's copy of the public keys of an auth that runs elsewhere; while it is away the last ones stay."""
        while not self.stopping.wait(KEYS_SECONDS):
            fetch_keys(self.layout.jwks_url, self.layout.jwks)

    def _tend_keys(self) -> None:
        """Have the gateway read changed keys, once it answers: a signal before it listens for one would end it."""
        keys = self.layout.jwks.read_bytes()
        if keys != self._keys and ports.answers(self.layout.gateway_url):
            self._keys = keys
            self.children[-1].send(signal.SIGHUP)

    def _stop(self) -> None:
        self.stopping.set()
        self._upgrades.finish()
        if self.children:
            console.say("stopping")
            if self._prober:
                self._prober.stop()  # first, or it would watch the others go
            self.children[-1].stop()
            with ThreadPoolExecutor() as pool:
                list(pool.map(Child.stop, self.children[:-1]))
        self._nursery.stop()
        self._cluster.stop()


def gateway_settings(layout: Layout) -> nginx.Settings:
    """Give what the gateway of a run is told."""
    return nginx.Settings(
        listen=f"{layout.bind}:{layout.port}",
        control=f"127.0.0.1:{layout.control_port}",
        public_url=layout.url,
        upstreams=layout.upstreams,
        folder=layout.state / "gateway",
        source=ROOT,
    )


def psql(layout: Layout, database: str, query: str) -> int:
    """Ask a service's database as its owner; without a query, open a prompt.

    Args:
        layout: of the run.
        database: name of the service.
        query: SQL; answers are bare values when stdout is not a terminal.

    Returns:
        psql's exit code.

    Raises:
        Refusal: for an unknown database, or when nothing runs.
    """
    if database not in layout.names:
        raise Refusal(f"DB={database}: no such database. There are: {', '.join(layout.names)}.")
    running = layout.state / "postgres" / "postmaster.pid"
    if not running.exists():
        raise Refusal(f"PostgreSQL does not run on {layout.state}. Start it with `make run`.")
    from chassis.postgres import bin as program

    shape = [] if sys.stdout.isatty() else ["-At"]
    address = ["-h", "127.0.0.1", "-p", running.read_text().splitlines()[3], "-U", database, "-d", database]
    command = [str(program("psql")), "-X", "-v", "ON_ERROR_STOP=1", *address, *shape]
    environment = {**os.environ, "PGPASSWORD": state.password(layout, database)}
    return subprocess.run(
        [*command, *(["-c", query] if query else [])], env=environment, check=False
    ).returncode
