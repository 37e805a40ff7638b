"""A nursery: one small process that has imported what every service needs, and from which the services are forked.

Pages of memory that nobody writes to are shared by all that come out of one process, so five services cost little more than
what is their own, and start without importing the same libraries five times. The nursery opens no connection and starts no
thread. What is forked becomes a child of the supervisor itself, not of the nursery: neither's death touches the other, and a
dead nursery is replaced when the next program is asked for.

    supervisor --- arguments, environment, where the output goes --->  nursery  (`dev.nest`)
                   a channel, and to a successor the listening socket of the one it relieves (`chassis.handover`)
    supervisor <-- process id ----------------------------------------  program  (in a session and process group of its own)
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from chassis.handover import READY
from dev.layout import Refusal

LONGEST_REQUEST = 1 << 20
MOST_HANDED = 3
FORK_SECONDS, ANSWER_SECONDS = 60, 5
LONGEST_WORD = 32
BEAT = 0.02
ARENAS = "2"
"""Of the C library's memory, a process: by default each of its two dozen threads keeps one of its own, mostly empty."""
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LIBC = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Have this process ended when its parent is."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Forked:
    """A program out of the nursery, handled as `subprocess.Popen` is.

    Attributes:
        pid: the process, and its process group.
        stdout: what it writes.
        channel: to ask a service for its listening socket, and to hear that it is ready.
        returncode: None while it runs.
    """

    def __init__(self, pid: int, stdout: BinaryIO, channel: socket.socket) -> None:
        self.pid, self.stdout, self.channel = pid, stdout, channel
        self.returncode: int | None = None
        self._ready = False
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Give the exit code, negative for a signal; None while it runs."""
        with self._lock:
            if self.returncode is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
                    self.channel.close()
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("nursery", timeout or 0)
            time.sleep(BEAT)
        return code

    def send_signal(self, number: int) -> None:
        """Signal it, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def is_ready(self, seconds: float) -> bool:
        """Tell whether a service can work, waiting a little for it to say so."""
        self._ready = self._ready or self._hear(seconds)[0] == READY
        return self._ready

    def listener(self) -> int:
        """Ask a service for the socket it listens on; it keeps its own.

        Returns:
            A descriptor, which is the caller's to close.

        Raises:
            Refusal: it is not ready yet, hangs, or ends.
        """
        if self.is_ready(ANSWER_SECONDS):  # before, the signal would end it
            self.send_signal(signal.SIGUSR2)
            if given := self._hear(ANSWER_SECONDS)[1]:
                return given[0]
        raise Refusal("It does not hand over its address; is it well?")

    def _hear(self, seconds: float) -> tuple[bytes, list[int]]:
        """Wait for its word on the channel; nothing when it stays silent or is gone."""
        self.channel.settimeout(seconds)
        try:
            word, given, _flags, _address = socket.recv_fds(self.channel, LONGEST_WORD, 1)
        except OSError:
            return b"", []
        return word, given


class Nursery:
    """The supervisor's side; the process is begun when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)

    @property
    def pid(self) -> int:
        """The nursery's process; 0 before it was needed."""
        return self._process.pid if self._process else 0

    def warm_up(self) -> None:
        """Begin the nursery, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._ours.settimeout(FORK_SECONDS)
            with theirs:
                environment = {**os.environ, "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": ARENAS}
                command = [sys.executable, "-m", "dev.nest"]
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    env=environment,
                    start_new_session=True,
                )

    def renew(self) -> None:
        """Have the next program come out of a nursery that has read the code of today."""
        with self._lock:
            self.stop()

    def spawn(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        module: str = "chassis.__main__",
        *,
        listener: int | None = None,
    ) -> Forked:
        """Run `python -m chassis <arguments>`, or another module's `main`.

        Args:
            arguments: of the command line.
            environment: the whole of it.
            module: whose `main` takes the arguments.
            listener: the socket to serve on, of the service that it relieves.

        Returns:
            The running program, in a session of its own; it ends with the supervisor.

        Raises:
            Refusal: twice in a row the nursery could not do it.
        """
        request = json.dumps([list(arguments), dict(environment), module]).encode()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with self._lock, theirs:
            reading, writing = os.pipe()
            handed = [writing, theirs.fileno(), *([] if listener is None else [listener])]
            pid = self._ask(request, handed) or self._ask(request, handed)
            os.close(writing)
        if not pid:
            os.close(reading)
            ours.close()
            raise Refusal(f"{' '.join(arguments)} could not be started; see the lines above.")
        return Forked(pid, os.fdopen(reading, "rb"), ours)

    def _ask(self, request: bytes, handed: Sequence[int]) -> int:
        self.warm_up()
        try:
            socket.send_fds(self._ours, [request], handed)
            return int(self._ours.recv(32) or 0)
        except OSError:
            self.stop()
            return 0

    def stop(self) -> None:
        """End the nursery; what came out of it goes on."""
        if self._process:
            self._ours.close()
            self._process.kill()
            self._process.wait()
            self._process = None
