"""Fetch-and-swap: what a person sees, hears and can go back to."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

PAGE = """<!doctype html><html lang="en"><head><title>Page {q}</title><script src="/kit.js" defer></script></head><body>
<form action="/" method="get" data-swap="#list"><input name="q" id="q"><input name="empty"><button>go</button></form>
<div id="list"><p role="status">{q} found</p><a id="next" href="/?q=next" data-swap="#list">next</a></div>
<form method="post" action="/done" id="once"><button id="send">send</button></form>
<div id="live" role="status"></div></body></html>"""
posts: list[str] = []


class Handler(BaseHTTPRequestHandler):
    script = b""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        body = self.script
        kind = "text/javascript"
        if not address.path.endswith(".js"):
            kind, body = "text/html", PAGE.format(q=parse_qs(address.query).get("q", ["start"])[0]).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        posts.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def page(built: Path, browser: Browser) -> Iterator[Page]:
    Handler.script = (built / "kit.js").read_bytes()
    posts.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    opened = browser.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/")
    opened.evaluate("window.same = true")
    yield opened
    opened.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_link_swaps_its_part_and_history_goes_back(page: Page) -> None:
    page.click("#next")
    page.wait_for_function("document.querySelector('#list p').textContent === 'next found'")
    assert page.evaluate("window.same") is True
    assert page.url.endswith("/?q=next")
    assert page.title() == "Page next"
    assert page.evaluate("document.activeElement.id") == "next"
    assert page.text_content("#live") == "next found"
    page.go_back()
    page.wait_for_function("document.querySelector('#list p').textContent === 'start found'")
    assert page.url.endswith("/")


def test_a_form_swaps_with_only_what_was_filled_in(page: Page) -> None:
    page.fill("#q", "law & order")
    page.press("#q", "Enter")
    page.wait_for_function("document.querySelector('#list p').textContent === 'law & order found'")
    assert page.url.endswith("/?q=law+%26+order")
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_form_is_posted_once_however_often_it_is_pressed(page: Page) -> None:
    page.evaluate("() => { for (let n = 0; n < 5; n += 1) document.getElementById('send').click() }")
    page.wait_for_load_state("networkidle")
    assert posts == ["/done"]


def test_a_toast_can_take_the_deed_back(page: Page) -> None:
    page.evaluate("() => { toast('Deleted', { undo: () => { window.undone = true }, undoText: 'Undo' }) }")
    page.click(".toast button")
    assert page.evaluate("window.undone") is True
    assert page.locator(".toast").count() == 0
