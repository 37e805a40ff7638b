"""A place in between: hands bytes on to a server and back, and can let go of everybody it holds."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

BITE = 1 << 16


class Relay:
    """Listens on a port of its own and connects everybody who comes to one server.

    Attributes:
        port: where it listens, on this machine alone.
        open: whether it lets anybody through; whoever comes while it does not is sent away.
    """

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self.open = True
        self._connect = connect
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._held: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def let_go(self) -> None:
        """Break every connection that is held now."""
        with self._lock:
            held, self._held = self._held, set()
        for one in held:
            _break(one)

    def close(self) -> None:
        """Listen no more, and let go."""
        self.open = False
        _break(self._listener)
        self.let_go()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                came, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(came,), daemon=True).start()

    def _serve(self, came: socket.socket) -> None:
        try:
            if not self.open:
                raise ConnectionRefusedError
            there = self._connect()
        except OSError:
            came.close()
            return
        with self._lock:
            self._held |= {came, there}
        threading.Thread(target=_pass_on, args=(there, came), daemon=True).start()
        _pass_on(came, there)
        with self._lock:
            self._held -= {came, there}
        for one in (came, there):
            _break(one)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while bite := source.recv(BITE):
            target.sendall(bite)
    _break(target)


def _break(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def relay(connect: Callable[[], socket.socket]) -> Iterator[Relay]:
    """Stand in between for a while.

    Args:
        connect: opens a connection to the server.
    """
    made = Relay(connect)
    try:
        yield made
    finally:
        made.close()
