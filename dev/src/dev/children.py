"""Child processes of one run: started each in its own process group, watched, restarted with back-off, stopped."""

import contextlib
import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev import console
from dev.layout import ROOT
from dev.nursery import Forked, Nursery, end_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 15.0
STOP_SECONDS = 10.0
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


def service(nursery: Nursery, name: str, environment: Mapping[str, str]) -> Spawn:
    """Give what starts a service out of the nursery."""
    return lambda: nursery.spawn((name, "serve"), environment)


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

    @property
    def pid(self) -> int:
        """The process, and its process group; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the program, its output on the console, its process id beside its log."""
        self._process = self._spawn()
        with contextlib.suppress(OSError):  # a full disk ends nobody
            self.log.with_suffix(".pid").write_text(str(self.pid))
        self._started = time.monotonic()
        self._due = None
        threading.Thread(target=self._relay, args=(self._process,), daemon=True).start()

    def _relay(self, process: Running) -> None:
        with process.stdout or io.BytesIO() as output:
            console.relay(output, self.name, self.log)

    def died(self) -> int | None:
        """Give the exit code of a program that has ended, None while it runs."""
        return self._process.poll() if self._process else None

    def tend(self) -> None:
        """Start the program again when it has ended, after a pause that doubles while it keeps ending early."""
        code = self.died()
        if code is None:
            return
        now = time.monotonic()
        if self._due is None:
            self._sweep(signal.SIGKILL)
            steady = now - self._started > STEADY_SECONDS
            self.pause = FIRST_PAUSE if steady or not self.restarts else min(self.pause * 2, LONGEST_PAUSE)
            self._due = now + self.pause
            console.say(f"{self.name} ended with {code}; starting it again in {self.pause:g} s")
        elif now >= self._due:
            self.restarts += 1
            self._bury()
            self.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program alone."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the program to end, insist on its whole group after a while.

        Args:
            seconds: how long to wait.
        """
        if not self._process:
            return
        self.send(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            console.say(f"{self.name} does not end; killing it")
        self._sweep(signal.SIGKILL)
        self._process.wait()
        self._bury()

    def _sweep(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _bury(self) -> None:
        """Collect what the program left behind in its group: the supervisor inherits it."""
        self.log.with_suffix(".pid").unlink(missing_ok=True)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-self.pid, os.WNOHANG)[0]:
                pass
