"""How the threads of the web share its connections: gunicorn's threaded worker, with two ways of its own.

Handing a connection from the loop that watches all to a thread, and back, costs a short request as much as its work. As long as
there are threads enough, each stays with a connection until nothing comes any more. Are there more connections than threads, those
over which something has come are taken together: one thread reads what they ask, the database is asked once for all of them whether
any transaction has ended, and what only repeats itself is answered (`chassis.repeats`). All else goes to the threads, one by one.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from chassis import exchange, logs
from chassis.processor import SEAT
from chassis.repeats import Repeats, Repetition

THREADS = 24
STAY_MILLISECONDS = 100
# What fits into the kernel's buffer of a connection over which nothing is under way: no one waits for a slow reader.
MOST_BYTES_TOGETHER = 64 << 10


class SharingWorker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threaded worker, whose threads stay with a connection, or answer many together.

    Attributes:
        repeats: what stands in front of the application, asked here already.
    """

    repeats: Repeats

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._waiting: list[Any] = []
        self._taken: list[Any] = []

    def notify(self) -> None:
        """Tell that the loop still turns, as it does each time."""
        super().notify()
        SEAT.look()

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Take a connection over which something has come; in the loop."""
        if self.nr_conns <= THREADS or not self.alive:
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._waiting.append(conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Turn the loop once, and let a thread take who waits; while it does, more come together."""
        super().wait_for_and_dispatch_events(timeout)
        if self._waiting and not self._taken:
            self._taken, self._waiting = self._waiting, []
            room = self.max_keepalived - len(self.keepalived_conns)
            done = self.tpool.submit(self._answer_together, self._taken, room)
            done.add_done_callback(lambda done: self.method_queue.defer(self._finish_together, done))

    def handle(self, conn: Any, sent: bytes | None = None) -> Any:
        """Answer a request, and the next ones that come soon on the same connection; in a thread of the pool."""
        kept = self._answer(conn, self._receive(conn, now=True) if sent is None else sent)
        while kept is True and self.alive and self.nr_conns <= THREADS:
            sent = self._receive(conn)
            if not sent and not _is_read(conn):
                break
            kept = self._answer(conn, sent)
        return kept

    def _answer_together(self, taken: Sequence[Any], room: int) -> list[tuple[Any, bool]]:
        """Answer what only repeats itself, on no more connections than there is room to keep; hand on the others."""
        sent = [self._receive(conn, now=True) for conn in taken]
        found = self.repeats.repeat_together([exchange.read_plain(one) for one in sent])
        answered: list[tuple[Any, bool]] = []
        for conn, asked, repetition in zip(taken, sent, found, strict=True):
            if repetition and len(repetition[1]) <= MOST_BYTES_TOGETHER and len(answered) < room:
                answered.append((conn, _send(conn, repetition)))
            else:
                self._enqueue(conn, asked)
        return answered

    def _finish_together(self, done: "Future[list[tuple[Any, bool]]]") -> None:
        """Keep the connections that were answered; in the loop."""
        taken, self._taken = self._taken, []
        try:
            answered = done.result()
        except Exception as error:
            logs.get(__name__).error("answering together failed", exc_info=error)
            answered = [(conn, False) for conn in taken]
        for conn, kept in answered:
            self.finish_request(conn, _DONE[kept])

    def _enqueue(self, conn: Any, sent: bytes) -> None:
        done = self.tpool.submit(self.handle, conn, sent)
        done.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _receive(self, conn: Any, *, now: bool = False) -> bytes:
        """Take what has come; nothing while gunicorn has more of it, or has not made the connection ready yet."""
        if not conn.initialized or conn.is_http2 or _is_read(conn):
            return b""
        return exchange.receive(conn.sock, now=now)

    def _answer(self, conn: Any, sent: bytes) -> Any:
        environ = exchange.read_plain(sent)
        may_stay = self.alive and len(self.keepalived_conns) < self.max_keepalived
        found = self.repeats.repeat(environ) if environ and may_stay else None
        if found is None:
            return self._leave_to_gunicorn(conn, sent)
        conn.sock.setblocking(True)
        return _send(conn, found)

    def _leave_to_gunicorn(self, conn: Any, sent: bytes) -> Any:
        if conn.initialized:
            exchange.set_patience(conn.sock, 0)
        if sent:
            conn.parser.unreader.unread(sent)
        kept = super().handle(conn)
        if kept is True:
            exchange.set_patience(conn.sock, STAY_MILLISECONDS)
        return kept


def _done(kept: bool) -> "Future[bool]":
    done: Future[bool] = Future()
    done.set_result(kept)
    return done


_DONE = {kept: _done(kept) for kept in (True, False)}


def _send(conn: Any, repetition: Repetition) -> bool:
    """Send an answer; tell whether the connection stays."""
    try:
        exchange.send(conn.sock, *repetition)
    except OSError:
        return False
    return True


def _is_read(conn: Any) -> bool:
    """Tell whether gunicorn has taken more from a connection than it has answered."""
    return bool(conn.parser.unreader.buf.getvalue())
