"""A built design and a small server of it, as the gateway would serve it: same addresses, same content security policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from design import assets, build, stylepage

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class Handler(BaseHTTPRequestHandler):
    """Serves `/static/design/…`, `/errors/<name>` and `/<style page>/<language>?<preferences>`."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith(assets.ADDRESS):
            path = assets.BUILD / address.path.removeprefix(assets.ADDRESS)
            return self.answer(KINDS[path.suffix], path.read_bytes())
        name, language = address.path.strip("/").split("/")
        if name == "errors":
            return self.answer(
                "text/html; charset=utf-8", (assets.BUILD / name / f"{language}.html").read_bytes()
            )
        text = stylepage.page(name, language, dict(parse_qsl(address.query)))
        return self.answer("text/html; charset=utf-8", text.encode())

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture(scope="session")
def built() -> Path:
    """The build folder, up to date; without the flag where npm cannot reach it."""
    build.build(say=lambda _text: None)
    return assets.BUILD


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[str]:
    """The address of the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
