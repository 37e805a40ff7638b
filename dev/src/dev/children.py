"""Child processes of one run: started each in its own process group, watched, restarted with back-off, relieved, stopped."""

import contextlib
import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev import console
from dev.layout import ROOT, Refusal
from dev.nursery import Forked, Nursery, end_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 15.0
STOP_SECONDS = 10.0
LAST_ANSWERS_SECONDS = 25.0
"""A relieved group answers what it has and lets its worker end: 10 s each."""
BEAT = 0.1
Running = subprocess.Popen[bytes] | Forked
Spawn = Callable[[], Running]


def program(command: Sequence[str], environment: Mapping[str, str]) -> Spawn:
    """Give what starts a command in a process group of its own."""

    def spawn() -> Running:
        return subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - the supervisor's threads hold no lock that a child needs
        )

    return spawn


@dataclass(frozen=True)
class Service:
    """What starts a service out of the nursery."""

    nursery: Nursery
    name: str
    environment: Mapping[str, str]

    def __call__(self, listener: int | None = None) -> Forked:
        """Start it, on an address of its own or on the listening socket of the one it relieves."""
        return self.nursery.spawn((self.name, "serve"), self.environment, listener=listener)


def prober(nursery: Nursery, environment: Mapping[str, str]) -> Spawn:
    """Give what starts the prober of the status page out of the nursery."""
    return lambda: nursery.spawn(("run",), environment, "gateway.status.__main__")


class Child:
    """One supervised program.

    Attributes:
        name: its prefix on the console and the name of its log.
        restarts: how often it was started again.
        pause: seconds it waits before the next start.
    """

    def __init__(self, name: str, spawn: Spawn, log: Path) -> None:
        self.name = name
        self.restarts = 0
        self.log = log
        self._spawn = spawn
        self._process: Running | None = None
        self._started = 0.0
        self.pause = FIRST_PAUSE
        self._due: float | None = None
        self._relieving = False

    @property
    def pid(self) -> int:
        """The process, and its process group; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the program, its output on the console, its process id beside its log."""
        process = self._spawn()
        self._listen_to(process)
        self._take(process)

    def _take(self, process: Running) -> None:
        self._process = process
        with contextlib.suppress(OSError):  # a full disk ends nobody
            self.log.with_suffix(".pid").write_text(str(self.pid))
        self._started = time.monotonic()
        self._due = None

    def _listen_to(self, process: Running) -> None:
        threading.Thread(target=self._relay, args=(process,), daemon=True).start()

    def _relay(self, process: Running) -> None:
        with process.stdout or io.BytesIO() as output:
            console.relay(output, self.name, self.log)

    def died(self) -> int | None:
        """Give the exit code of a program that has ended, None while it runs."""
        return self._process.poll() if self._process else None

    def tend(self) -> None:
        """Start the program again when it has ended, after a pause that doubles while it keeps ending early."""
        code = self.died()
        if code is None or self._relieving:
            return
        now = time.monotonic()
        if self._due is None:
            _sweep(self.pid)
            steady = now - self._started > STEADY_SECONDS
            self.pause = FIRST_PAUSE if steady or not self.restarts else min(self.pause * 2, LONGEST_PAUSE)
            self._due = now + self.pause
            console.say(f"{self.name} ended with {code}; starting it again in {self.pause:g} s")
        elif now >= self._due:
            self.restarts += 1
            _bury(self.pid)
            self.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def relieve(self, goes_on: Callable[[], bool]) -> float:
        """Start a successor beside a service, on the same listening socket; once it is ready it takes the place and the old one ends.

        Args:
            goes_on: whether there is still time to wait for it.

        Returns:
            The seconds until the successor was ready.

        Raises:
            Refusal: it did not become ready, and is gone; the old one goes on as before.
        """
        began, old, self._relieving = time.monotonic(), self._process, True
        try:
            new = self._successor(old, goes_on)
            self._take(new)
        finally:
            self._relieving = False
        ready = time.monotonic() - began
        if old is not None:
            _end(old, self.name, LAST_ANSWERS_SECONDS)
        return ready

    def _successor(self, old: Running | None, goes_on: Callable[[], bool]) -> Forked:
        if not isinstance(old, Forked) or not isinstance(self._spawn, Service):
            raise Refusal(f"{self.name} cannot be relieved.")
        listener = old.listener()
        try:
            new = self._spawn(listener)
        finally:
            os.close(listener)
        self._listen_to(new)
        while not new.is_ready(BEAT):
            if new.poll() is not None or not goes_on():
                _end(new, self.name, STOP_SECONDS)
                raise Refusal(f"The new {self.name} did not become ready; the old one goes on.")
        return new

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the program to end, insist on its whole group after a while.

        Args:
            seconds: how long to wait.
        """
        if self._process:
            _end(self._process, self.name, seconds)
            self.log.with_suffix(".pid").unlink(missing_ok=True)


def _end(process: Running, name: str, seconds: float) -> None:
    """Ask a program to end, insist on its whole group after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        console.say(f"{name} does not end; killing it")
    _sweep(process.pid)
    process.wait()
    _bury(process.pid)


def _sweep(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _bury(group: int) -> None:
    """Collect what a program left behind in its group: the supervisor inherits it."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
