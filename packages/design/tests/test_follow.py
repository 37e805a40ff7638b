"""Long work on a page: the part that shows how far it is is fetched again until it has ended."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

PAGE = """<!doctype html><html lang="en"><head><title>Work</title><script src="/kit.js" defer></script></head><body>
<div id="work"{follow}><p role="status">{text}</p></div><div id="live" role="status"></div></body></html>"""
LOOKS = ("1 of 3", "2 of 3", "done")


class Handler(BaseHTTPRequestHandler):
    script = b""
    looks = 0

    def do_GET(self) -> None:
        kind, body = "text/javascript", self.script
        if not self.path.endswith(".js"):
            text = LOOKS[min(Handler.looks, len(LOOKS) - 1)]
            Handler.looks += 1
            kind = "text/html"
            body = PAGE.format(text=text, follow="" if text == "done" else " data-follow").encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def page(built: Path, browser: Browser) -> Iterator[Page]:
    Handler.script, Handler.looks = (built / "kit.js").read_bytes(), 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    opened = browser.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/")
    yield opened
    opened.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_work_is_followed_to_its_end_and_the_end_is_said(page: Page) -> None:
    page.evaluate("window.same = true")
    expect(page.locator("#work")).to_have_text("1 of 3")
    expect(page.locator("#work")).to_have_text("done", timeout=15_000)
    expect(page.locator("#live")).to_have_text("done")
    assert page.evaluate("window.same")
    assert Handler.looks == len(LOOKS)
