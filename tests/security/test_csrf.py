"""A second origin: pages elsewhere can neither write here in somebody's name nor sign somebody in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser
from tests.security.conftest import PASSWORD, Visitor, sign_in

from dev.bench.crowd import Member
from dev.testing import House

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
)
WRITES = (
    "/auth/logout",
    "/auth/password",
    "/auth/step-up",
    "/auth/preferences",
    "/portal/preferences",
    "/journal/preferences",
    "/library/preferences",
    "/website/preferences",
    "/portal/api/v1/notices",
    "/journal/api/v1/journals",
)
TRAP = """<!doctype html><title>elsewhere</title>
<form id=f method=post action="{action}"><input name=login value="{login}"><input name=password value="{password}"></form>
<script>document.getElementById("f").submit()</script>"""


def test_no_service_takes_a_write_from_another_site(member: Member, visitor: Visitor) -> None:
    client = visitor(member)
    for headers in FOREIGN:
        given = {name: value for name, value in headers.items() if value}
        if not headers["Sec-Fetch-Site"]:
            client.headers.pop("Sec-Fetch-Site", None)
        for path in WRITES:
            answer = client.post(path, data={"theme": "dark"}, headers=given)
            assert answer.status_code == 403, (path, headers)
            assert "set-cookie" not in answer.headers
        client.headers["Sec-Fetch-Site"] = "same-origin"
    assert client.get("/auth/me").status_code == 200, "the session stands"


def test_nothing_is_signed_in_from_another_site(member: Member, visitor: Visitor) -> None:
    client = visitor()
    for headers in FOREIGN[:2]:
        answer = sign_in(client, member.login, PASSWORD, **headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    answer = client.get("/auth/login", params={"login": member.login, "password": PASSWORD})
    assert answer.status_code == 200
    assert "sid" not in client.cookies


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """Serve one page on another port of this machine, which is another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("action", ["/auth/logout", "/auth/login"])
def test_a_form_on_another_origin_does_nothing_in_a_browser(
    house: House, browser: Browser, member: Member, action: str
) -> None:
    """Another port is another origin but the same site, so the cookies come along: the house itself must refuse."""
    trap = TRAP.format(action=house.url + action, login=member.login, password=PASSWORD)
    context = browser.new_context(locale="ru")
    try:
        page = context.new_page()
        if action == "/auth/logout":
            page.goto(f"{house.url}/auth/login")
            page.fill("#f-login", member.login)
            page.fill("#f-password", PASSWORD)
            page.click("main form button")
            page.wait_for_url(f"{house.url}/portal/**")
        with elsewhere(trap) as address:
            with page.expect_response(lambda answer: answer.url == house.url + action) as caught:
                page.goto(address, wait_until="commit")
            assert caught.value.status == 403
            page.wait_for_load_state()
            assert "другого сайта" in page.content()
        me = context.request.get(f"{house.url}/auth/me", max_redirects=0)
        assert me.status == (200 if action == "/auth/logout" else 303)
    finally:
        context.close()
