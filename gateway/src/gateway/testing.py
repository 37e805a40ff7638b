"""A gateway to test against: a real nginx on a rendered folder, with small upstream servers that tell what they received."""

import contextlib
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from chassis import clock
from chassis.testing import tokens
from gateway import nginx

SID = "s" * 43
SAME = {"Sec-Fetch-Site": "same-origin"}
START_SECONDS = 10

Request = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


def until(true: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Wait until something is true.

    Raises:
        AssertionError: when it does not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")


class Stub:
    """One upstream: `answer` decides what it says; by default it tells what it received.

    Attributes:
        received: every request, oldest first.
        answer: takes a request, gives status, headers and body.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = 0
        self.received: list[Request] = []
        self.answer: Callable[[Request], Answer] = self.tell
        self._server: ThreadingHTTPServer | None = None

    def tell(self, request: Request) -> Answer:
        """Answer 200 with the request as JSON."""
        return (
            200,
            {"Content-Type": "application/json"},
            json.dumps({**request, "service": self.name}).encode(),
        )

    def start(self) -> None:
        """Listen, on the same port as before."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), type("Handler", (_Handler,), {"stub": self}))
            self.port = self._server.server_address[1]
            serve = self._server.serve_forever
            threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Go away, as a killed service does: kept connections are cut too."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reset(self) -> None:
        """Be as new."""
        self.received.clear()
        self.answer = self.tell
        self.start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def respond(self) -> None:
        """Note the request and answer what the stub says."""
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length).decode(errors="replace")
        request = {"method": self.command, "path": self.path, "headers": headers, "body": body}
        self.stub.received.append(request)
        status, said, answer = self.stub.answer(request)
        self.send_response(status)
        for name, value in said.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815 - names of http.server

    def log_message(self, *_: object) -> None:
        """Be silent."""


@dataclass
class House:
    """The gateway under test and what stands behind it."""

    url: str
    control: str
    folder: Path
    services: dict[str, Stub]
    settings: nginx.Settings
    process: "subprocess.Popen[bytes] | None" = None
    sessions: set[str] = field(default_factory=lambda: {SID})

    @property
    def sid(self) -> str:
        """A session that stands."""
        return SID

    @property
    def issuer(self) -> str:
        """Who signs tokens."""
        return f"{self.url}/auth"

    def token(self, **claims: Any) -> str:
        """Sign a good token of somebody."""
        return tokens.person_token(self.issuer, uuid4(), **claims)

    def old_token(self, seconds: int, **claims: Any) -> str:
        """Sign a token that expired so many seconds ago."""
        now = int(clock.now().timestamp())
        return self.token(exp=now - seconds, nbf=now - seconds - 300, iat=now - seconds - 300, **claims)

    def ask(
        self, path: str, method: str = "GET", *, at: str = "", sid: str = "", **more: Any
    ) -> httpx.Response:
        """Ask the gateway as a browser whose pages are our own."""
        jar = [f"at={at}"] * bool(at) + [f"sid={sid}"] * bool(sid) + [more.pop("cookies", "")]
        cookie = "; ".join(filter(None, jar))
        headers = {**({"Cookie": cookie} if cookie else {}), **SAME, **more.pop("headers", {})}
        with httpx.Client(timeout=10) as client:
            return client.request(method, self.url + path, headers=headers, **more)

    def tell(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Ask the control listener as a service."""
        return httpx.post(f"{self.control}{path}", json=body if body is not None else {}, **more)

    def renew(self, request: dict[str, Any]) -> Answer:
        """Answer as auth does: a new token for a session that stands."""
        if not request["path"].startswith("/auth/internal/renew"):
            return self.services["auth"].tell(request)
        sid = request["headers"].get("cookie", "").partition("sid=")[2].rstrip("; ")
        if sid not in self.sessions:
            return 401, {}, b""
        token = self.token()
        return 204, {"X-Token": token, "Set-Cookie": f"at={token}; Path=/; HttpOnly; SameSite=Lax"}, b""

    def start(self) -> None:
        """Render and start nginx, and wait until it answers."""
        nginx.write(self.settings)
        with (self.folder / "stderr").open("ab") as log:
            self.process = subprocess.Popen(nginx.command(self.folder), stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.control}/_gw/health")
                return
        raise AssertionError((self.folder / "stderr").read_text())

    def stop(self) -> None:
        """End nginx."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)
            self.process = None
