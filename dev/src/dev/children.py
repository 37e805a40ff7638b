"""Child processes of one run: started each in its own process group, watched, restarted with back-off, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev import console
from dev.layout import ROOT

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _end_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One supervised program.

    Attributes:
        name: its prefix on the console and the name of its log.
        restarts: how often it was started again.
        pause: seconds it waits before the next start.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.restarts = 0
        self.log = log
        self._command = list(command)
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self.pause = FIRST_PAUSE
        self._due: float | None = None

    @property
    def pid(self) -> int:
        """The process, and its process group; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the program in a process group of its own, its output on the console."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor's threads hold no lock that a child needs
        )
        self._started = time.monotonic()
        self._due = None
        threading.Thread(target=self._relay, args=(self._process,), daemon=True).start()

    def _relay(self, process: "subprocess.Popen[bytes]") -> None:
        with process:
            console.relay(process.stdout or (), self.name, self.log)

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

    def _sweep(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)
