"""Waking up: one LISTEN connection per process, however many threads wait.

A waiting feed client costs a thread but no database connection. A bell that lost its connection comes back by itself; until
then every waiter looks again after its own time limit, so nothing is ever lost, only late.
"""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Self

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import Engine

_SLICE = 0.5
logger = structlog.get_logger(__name__)


def listen(engine: Engine, *channels: str) -> psycopg.Connection:
    """Open a connection outside the pool that listens to ``channels``, in autocommit mode; the caller closes it."""
    pooled = engine.raw_connection()
    raw = pooled.driver_connection
    pooled.detach()
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("LISTEN needs psycopg")
    raw.autocommit = True
    for channel in channels:
        raw.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return raw


class Bell:
    """Counts the rings of some channels and wakes whoever waits for the next one."""

    def __init__(self, engine: Engine, *channels: str) -> None:
        self._engine = engine
        self._channels = channels
        self._rings: Counter[str] = Counter()
        self._woken = threading.Condition()
        self._closed = threading.Event()
        self._hears = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to listen, once; call it after a fork, never before."""
        with self._woken:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def await_hearing(self, timeout: float = _SLICE) -> bool:
        """Wait until it hears its channels; false when the time is over, or nobody has started it."""
        return self._thread is not None and self._hears.wait(timeout)

    def close(self) -> None:
        """Let every waiter go at once and end the thread."""
        self._closed.set()
        with self._woken:
            self._woken.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)

    @property
    def closed(self) -> bool:
        """Whether the bell was closed: nothing will be heard any more."""
        return self._closed.is_set()

    @property
    def state(self) -> bool | None:
        """Whether it hears its channels now; None for a bell nobody has needed yet."""
        return self._hears.is_set() if self._thread is not None else None

    def rings(self, channel: str) -> int:
        """Give the number of rings so far; take it before looking, hand it to ``wait`` after."""
        with self._woken:
            return self._rings[channel]

    def wait(self, channel: str, seen: int, timeout: float) -> bool:
        """Wait until ``channel`` has rung more often than ``seen``; false when the time is over or the bell is closed."""
        with self._woken:
            self._woken.wait_for(lambda: self._rings[channel] > seen or self._closed.is_set(), timeout)
            return self._rings[channel] > seen

    def _run(self) -> None:
        pause = _SLICE
        while not self._closed.is_set():
            try:
                with listen(self._engine, *self._channels) as connection:
                    self._ring(*self._channels)  # whatever rang before we listened
                    self._hears.set()
                    pause = _SLICE
                    self._hear(connection)
            except Exception as error:
                self._hears.clear()
                logger.warning("bell lost its connection", error=str(error))
                self._closed.wait(pause)
                pause = min(pause * 2, 10.0)

    def _hear(self, connection: psycopg.Connection) -> None:
        while not self._closed.is_set():
            heard = {notice.channel for notice in connection.notifies(timeout=_SLICE, stop_after=1)}
            self._ring(*heard)

    def _ring(self, *channels: str) -> None:
        if channels:
            with self._woken:
                self._rings.update(channels)
                self._woken.notify_all()
