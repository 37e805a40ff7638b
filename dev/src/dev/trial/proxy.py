"""A peer that is not well: stands before the services' own addresses for each other, and hands feeds over late, twice or in disorder."""

import http.client
import http.server
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from chassis.events import BATCH_TYPE
from dev.layout import Layout

DISORDERED = 0.5
"""The share of feed pages with repeated and displaced events while nothing else is wrong."""
SLOW_SECONDS = 10.0
HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"})
TIMEOUT = 40


@dataclass
class Mischief:
    """What the proxy does now, and what it has done.

    Attributes:
        slow: answer after ten seconds.
        cut: answer nothing at all.
        disorder: the share of feed pages that are put out of order.
        done: how often each was done.
    """

    slow: bool = False
    cut: bool = False
    disorder: float = 0.0
    done: Counter[str] = field(default_factory=Counter)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    upstreams: Mapping[str, int]
    mischief: Mischief

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever asked was killed, and will ask again."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _forward(self) -> None:
        mischief = self.server.mischief
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if mischief.cut:
            mischief.done["cut"] += 1
            self.close_connection = True
            return
        if mischief.slow:
            mischief.done["slow"] += 1
            time.sleep(SLOW_SECONDS)
        try:
            status, headers, body = self._ask(sent)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        if headers.get("Content-Type", "").startswith(BATCH_TYPE):
            body = disorder(body, mischief)
        with suppress(OSError):  # who asked may have been killed meanwhile
            self._answer(status, headers, body)

    def _answer(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _ask(self, sent: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
        port = self.server.upstreams[self.path.split("/")[1]]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            headers = {
                name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"
            }
            connection.request(self.command, self.path, sent or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    do_GET = do_POST = do_PUT = _forward  # noqa: N815 - the names http.server looks for


def disorder(body: bytes, mischief: Mischief) -> bytes:
    """Repeat some events of a page and mix all of them; a page of one is repeated."""
    events = json.loads(body)
    chance = random.Random(body)  # noqa: S311 - mischief, not a secret
    if not events or chance.random() >= mischief.disorder:
        return body
    mixed = events + chance.sample(events, 1 + len(events) // 3)
    chance.shuffle(mixed)
    mischief.done["disorder"] += 1
    return json.dumps(mixed).encode()


@contextmanager
def standing(layout: Layout, listeners: Sequence[socket.socket]) -> Iterator[Mischief]:
    """Let the proxy stand before all services of a house, at some sockets that listen."""
    mischief, servers = Mischief(), []
    for listener in listeners:
        server = _Server(listener.getsockname(), _Handler, bind_and_activate=False)
        server.socket.close()
        server.socket, server.mischief = listener, mischief
        server.upstreams = {
            first: layout.service_port(name)
            for name in layout.names
            for first in (name, layout.routes.prefix(name).strip("/"))
        }
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    try:
        yield mischief
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def settings(layout: Layout, listeners: Mapping[str, socket.socket]) -> dict[str, str]:
    """Give what makes every service ask its peers at a socket: at its own, or at that of the name `""`."""
    found = {}
    for asker in layout.names:
        host, port = listeners.get(asker, listeners[""]).getsockname()
        found[f"{asker.upper()}_PEERS"] = ",".join(f"{name}=http://{host}:{port}" for name in layout.names)
    return found
