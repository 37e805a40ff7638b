"""A whole house to test against: the real supervisor in a process of its own, on free ports and a temporary state folder."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from dev import console, ports, state
from dev.layout import ROOT, Layout

FIRST_PORT, LAST_PORT, STEP = 27110, 27190, 10
START_SECONDS, STOP_SECONDS = 240.0, 60.0
BEAT = 0.03
LISTENS = "0A"  # in /proc/net/tcp
NOT_INHERITED = frozenset(
    {"ONLY", "DEMO", "PUBLIC_URL", "BIND", "PEERS", "CLIENT_SECRET_FILE", "AMQP_URL", "IDENTITY"}
)

Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str, seconds: float = 30.0) -> Found:
    """Wait for a condition.

    Args:
        condition: asked until its answer is true.
        what: is waited for, in words.
        seconds: at most.

    Returns:
        The true answer.

    Raises:
        AssertionError: it did not come true in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(BEAT)
    return found


def free_layout(folder: Path, *, only: tuple[str, ...] = (), first: int = FIRST_PORT) -> Layout:
    """Choose ports that are free now.

    Args:
        folder: becomes the state folder.
        only: the services wanted; empty means all.
        first: where to begin, for a lane of tests that runs beside others.

    Returns:
        A layout.

    Raises:
        AssertionError: all are taken.
    """
    for port in range(first, first + LAST_PORT - FIRST_PORT + 1, STEP):
        layout = Layout(port, folder, only)
        if all(ports.is_free(one) for one in layout.ports):
            return layout
    raise AssertionError(f"no free ports from {first} on")


class House:
    """A running house: what a person reaches, and what an operator sees.

    Attributes:
        layout: its ports and folders.
        url: the address people open.
        settings: what the services are told beside what every house is.
    """

    def __init__(self, layout: Layout, pid: int = 0, **settings: str) -> None:
        self.layout, self.settings = layout, settings
        self._pid = pid
        self.url = layout.url
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _said(self) -> Path:
        return self.layout.state.with_name("stdout")

    @property
    def _log(self) -> Path:
        return self.layout.state.with_name("stderr")

    def start(self) -> None:
        """Start the supervisor and wait until it says `ready`.

        Raises:
            AssertionError: it ended or is late; the words are the end of its log.
        """
        environment = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
        environment |= self.layout.environment | self.settings
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dev", "run"],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
            )
        self._pid = self._process.pid
        try:
            until(self._is_ready, "ready", START_SECONDS)
        except AssertionError:
            self.stop()
            raise

    def _is_ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"the house did not start:\n{self.tail(60)}")
        return f"ready http://localhost:{self.layout.port}" in self._said.read_text().splitlines()

    def stop(self) -> int:
        """Stop the supervisor as Ctrl-C does.

        Returns:
            Its exit code.
        """
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(STOP_SECONDS)

    def tail(self, lines: int = 30) -> str:
        """Read the end of what the supervisor and its children said."""
        return console.tail(self._log, lines)

    def log_size(self) -> int:
        """Tell how much has been said until now; see `said_since`."""
        return self._log.stat().st_size

    def said_since(self, size: int) -> str:
        """Read what has been said since."""
        return self._log.read_bytes()[size:].decode(errors="replace")

    def sql(self, database: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask a service's database as its owner."""
        given = state.password(self.layout, database)
        address = f"host=127.0.0.1 port={self.layout.postgres_port} dbname={database} user={database}"
        with psycopg.connect(f"{address} password={given}") as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def open_windows(self, *, but: str = "") -> None:
        """Reopen every journal, so that marks can be typed on any day of the year; those of one group stay as the calendar says."""
        self.sql(
            "ejournal",
            "update journal set reopened_until = '2999-12-31', revision = revision + 1 "
            "where group_id not in (select group_id from study_group where code = %s) and reopened_until is null returning id",
            but,
        )

    def group_of(self, service: str) -> int:
        """Find the process group of a service: whoever listens on its port.

        Returns:
            0 while nobody does.
        """
        address = f"0100007F:{self.layout.service_port(service):04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        wanted = {f"socket:[{row[9]}]" for row in rows if row[1] == address and row[3] == LISTENS}
        for opened in Path("/proc").glob("[0-9]*/fd/*"):
            with contextlib.suppress(OSError):
                if opened.readlink().name in wanted:
                    return os.getpgid(int(opened.parts[2]))
        return 0

    def kill(self, service: str) -> None:
        """End the whole process group of a service at once, as a crash would."""
        if group := self.group_of(service):
            os.killpg(group, signal.SIGKILL)

    @contextlib.contextmanager
    def killed(self, service: str) -> Iterator[None]:
        """End a service as a crash would, and keep the supervisor from starting it again meanwhile.

        Yields:
            Nothing; the service is gone. Afterwards it is started again, and we wait until it is ready.
        """
        os.kill(self._pid, signal.SIGSTOP)
        try:
            self.kill(service)
            until(lambda: not self.is_up(service), f"{service} is gone")
            yield
        finally:
            os.kill(self._pid, signal.SIGCONT)
            until(lambda: self.is_up(service), f"{service} is back", 90)

    def is_up(self, service: str) -> bool:
        """Tell whether a service can work."""
        return ports.answers(self.layout.ready_url(service))
