"""The application behind a real port, and Chromium with the token of a person."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from services.ejournal.tests.academy import WRITER
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """A handler that does not tell every request."""

    def log_request(self, *_: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Give a maker of pages: `open_page(client, "/journal/…")`; anything the page's script throws fails the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def make(client: Any, path: str, **options: Any) -> Page:
        headers = {"Authorization": f"Bearer {client.token}"}
        context = browser.new_context(base_url=site, extra_http_headers=headers, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        broken: list[str] = []
        page.on("requestfailed", lambda request: broken.append(request.resource_type))
        page.goto(path)
        if "script" in broken:  # a busy machine drops a connection to this small server now and then
            page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def teacher(academy, client):
    """A teacher of the academy's one journal."""
    academy.tell_all()
    return client(WRITER, academy.teacher)


@pytest.fixture
def path(academy, teacher) -> str:
    """Where the journal is."""
    return f"/journal/journals/{academy.journal}"


@pytest.fixture
def page(open_page, teacher, path) -> Page:
    """The journal in the teacher's browser."""
    return open_page(teacher, path)
