"""What may come in: forged requests, hidden addresses, sizes, attempts; and what goes out: headers, errors, logs."""

import contextlib
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gateway.testing import Answer, House, until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("site", "origin", "cookie", "passes"),
    [
        ("same-origin", None, True, True),
        ("same-origin", "own", True, True),
        (None, "own", True, True),
        (None, None, False, True),
        (None, None, True, False),
        ("cross-site", None, False, False),
        ("same-site", None, False, False),
        ("none", None, True, False),
        ("cross-site", "own", True, False),
        ("same-origin", "https://evil.example", True, False),
        (None, "https://evil.example", False, False),
        (None, "null", False, False),
    ],
)
def test_writes_come_from_our_own_pages(
    house: House, site: str | None, origin: str | None, cookie: bool, passes: bool
) -> None:
    headers = {"Sec-Fetch-Site": site, "Origin": house.url if origin == "own" else origin}
    given = {name: value for name, value in headers.items() if value}
    cookies = {"Cookie": f"at={house.token()}"} if cookie else {}
    for path in ("/portal/notices", "/auth/login", "/library/imports"):
        house.services["portal"].received.clear()
        answer = httpx.post(house.url + path, headers={**given, **cookies}, content=b"x=1")
        assert answer.status_code == (200 if passes else 403), path
        if not passes:
            assert "Запрос пришёл с другого сайта" in answer.text
            assert not house.services["portal"].received
    assert httpx.get(house.url + "/portal/notices", headers={**given, **cookies}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/auth/internal/renew",
        "/auth//internal/renew",
        "/auth/x/../internal/renew",
        "/auth/%69nternal/renew",
        "/portal/api/v1/internal/",
        "/portal/metrics",
        "/journal/health/ready",
        "/website/metrics",
        "/elsewhere",
        "/static/auth/../../app.py",
        "/.git/config",
    ],
)
def test_what_is_hidden_answers_404_and_reaches_nobody(house: House, path: str) -> None:
    host, port = house.settings.listen.split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.split(b" ")[1] == b"404"
    assert not any(stub.received for stub in house.services.values())


def test_headers_that_only_the_gateway_may_set_are_replaced(house: House) -> None:
    mine = {
        "X-Request-Id": "mine",
        "X-Auth-Grace": "1",
        "X-Forwarded-For": "8.8.8.8",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=8.8.8.8",
    }
    answer = house.ask("/portal/home", at=house.token(), headers=mine)
    headers = answer.json()["headers"]
    assert headers["x-request-id"] == answer.headers["x-request-id"] != "mine"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert not {"x-auth-grace", "x-forwarded-host", "forwarded"} & headers.keys()


@pytest.mark.parametrize(
    ("path", "megabytes", "status"),
    [
        ("/portal/notices", 1, 200),
        ("/portal/notices", 3, 413),
        ("/library/imports", 24, 200),
        ("/library/imports", 30, 413),
        ("/portal/api/v1/imports/groups", 24, 200),
        ("/auth/login", 1, 413),
    ],
)
def test_bodies_have_a_size(house: House, path: str, megabytes: int, status: int) -> None:
    answer = house.ask(path, "POST", at=house.token(), content=b"x" * (megabytes << 20))
    assert answer.status_code == status
    if status == 413:
        assert 'lang="ru"' in answer.text


def test_a_large_body_without_a_length_is_refused_too(house: House) -> None:
    chunks = (b"x" * 65536 for _ in range(60))
    assert house.ask("/portal/notices", "POST", at=house.token(), content=chunks).status_code == 413


def test_one_account_may_be_tried_ten_times_a_minute_from_one_address(house: House) -> None:
    def attempt(account: str) -> httpx.Response:
        return house.ask("/auth/login", "POST", headers=FORM, content=f"login={account}&password=wrong")

    assert [attempt("aset").status_code for _ in range(10)] == [200] * 10
    refused = attempt("ASET")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 6
    assert attempt("dana").status_code == 200, "a neighbour in the class-room is not held up"
    assert house.services["auth"].received[-1]["body"] == "login=dana&password=wrong"


def test_a_class_room_of_thirty_signs_in_at_once_a_sprayer_does_not(house: House) -> None:
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.30")
    with httpx.Client(transport=elsewhere, headers={**FORM, "Sec-Fetch-Site": "same-origin"}) as client:

        def attempt(number: int) -> int:
            form = f"login=cadet{number}&password=x"
            return client.post(
                house.url.replace("localhost", "127.0.0.1") + "/auth/login", content=form
            ).status_code

        assert [attempt(number) for number in range(30)] == [200] * 30
        refused = next(number for number in range(30, 2000) if attempt(number) == 429)
        assert refused >= 120


def test_auth_signs_in_a_few_at_once_and_the_others_get_their_turn(house: House) -> None:
    inside: list[int] = []
    most: list[int] = []
    here = threading.Lock()

    def slowly(request: dict[str, Any]) -> Answer:
        with here:
            inside.append(1)
            most.append(len(inside))
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(5)  # all places are taken before the first is given back
        with here:
            inside.pop()
        return 303, {"Location": "/"}, b""

    places = house.settings.routes.sign_in["at_once"]
    together = threading.Barrier(places)
    house.services["auth"].answer = slowly

    def attempt(number: int) -> int:
        form = f"login=early{number}&password=x"
        transport = httpx.HTTPTransport(local_address="127.0.0.31")
        with httpx.Client(transport=transport, headers={**FORM, "Sec-Fetch-Site": "same-origin"}) as client:
            address = house.url.replace("localhost", "127.0.0.1")
            return client.post(f"{address}/auth/login", content=form, timeout=60).status_code

    with ThreadPoolExecutor(5 * places) as crowd:
        answers = list(crowd.map(attempt, range(5 * places)))
    assert answers == [303] * (5 * places)
    assert max(most) == places


def test_who_leaves_gives_the_place_back(house: House) -> None:
    came, go = threading.Semaphore(0), threading.Event()

    def slowly(_request: dict[str, Any]) -> Answer:
        came.release()
        go.wait(10)
        return 303, {"Location": "/"}, b""

    house.services["auth"].answer = slowly
    host, port = house.settings.listen.split(":")
    places = house.settings.routes.sign_in["at_once"]
    for number in range(places):
        body = f"login=gone{number}&password=x"
        with socket.create_connection((host, int(port))) as browser:
            head = f"POST /auth/login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {len(body)}\r\n\r\n"
            browser.sendall((head + body).encode())
            assert came.acquire(timeout=10)
    go.set()
    house.services["auth"].answer = house.renew
    assert house.ask("/auth/login", "POST", headers=FORM, content="login=next&password=x").status_code == 200


def test_who_finds_auth_away_gives_the_place_back(house: House) -> None:
    places = house.settings.routes.sign_in["at_once"]
    house.services["auth"].stop()
    for number in range(3 * places):
        assert (
            house.ask("/auth/login", "POST", headers=FORM, content=f"login=away{number}").status_code == 502
        )
    house.services["auth"].start()
    house.services["auth"].answer = house.renew
    assert house.ask("/auth/login", "POST", headers=FORM, content="login=away&password=x").status_code == 200


def test_the_sign_in_page_opens_for_everybody(house: House) -> None:
    assert house.ask("/auth/login").status_code == 200
    assert house.ask("/auth/login", at=house.token(), sid=house.sid).status_code == 200
    house.sessions.clear()
    assert house.ask("/auth/login", at="bad", sid=house.sid).status_code == 200


@pytest.mark.parametrize("path", ["/portal/home", "/ru/news", "/static/auth/a.css", "/elsewhere", "/status"])
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    headers = house.ask(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "only over https"
    assert len(headers["x-request-id"]) == 32


def test_a_service_that_is_away_is_answered_for_in_all_languages(house: House) -> None:
    house.services["library"].stop()
    page = house.ask("/library/catalogue", at=house.token(), headers={"Accept": "text/html"})
    assert page.status_code == 502
    assert 'lang="kk"' in page.text
    assert 'lang="ru"' in page.text
    problem = house.ask("/library/api/v1/records", at=house.token(), headers={"Accept-Language": "ru"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["title"] == "Сервис не отвечает"
    assert problem.json()["request_id"] == problem.headers["x-request-id"]
    assert house.ask("/portal/home", at=house.token()).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "worn"),
    [
        ("", ""),
        ("lang=ru&theme=dark&size=150", 'data-theme="dark" data-size="150" '),
        ("vi=wb&spacing=1&images=off", 'data-vi="wb" data-spacing="1" data-images="off" '),
        ("theme=pink&size=9000&class=x", ""),
    ],
)
def test_our_own_pages_look_as_the_person_chose(house: House, chosen: str, worn: str) -> None:
    answer = house.ask("/portal/metrics", cookies=f"prefs={chosen}")
    assert answer.status_code == 404
    assert f'<html {worn}lang="kk">' in answer.text


def test_errors_of_a_service_pass_as_the_service_said_them(house: House) -> None:
    house.services["portal"].answer = lambda _: (409, {"Content-Type": "text/plain"}, b"taken by A. Dana")
    answer = house.ask("/portal/x", "POST", at=house.token())
    assert (answer.status_code, answer.text) == (409, "taken by A. Dana")


def test_a_request_to_a_service_that_was_restarted_is_repeated_once(house: House) -> None:
    token = house.token()
    with httpx.Client(headers={"Cookie": f"at={token}", "Sec-Fetch-Site": "same-origin"}) as client:
        assert client.get(house.url + "/portal/home").status_code == 200
        house.services["portal"].stop()
        house.services["portal"].start()
        assert client.post(house.url + "/portal/home").status_code == 200


def test_the_status_page_tells_who_answers_clause_14(house: House) -> None:
    house.services["library"].stop()
    told = house.ask("/status", headers={"Accept": "application/json"}).json()
    assert {s["name"]: s["state"] for s in told["services"]} == {
        "auth": "up",
        "portal": "up",
        "ejournal": "up",
        "library": "down",
        "website": "up",
    }
    for language, words in (("kk", "жауап бермей"), ("ru", "не отвечает"), ("en", "not answering")):
        page = house.ask(f"/status?lang={language}")
        assert (page.status_code, f'<html lang="{language}"' in page.text) == (200, True)
        assert page.text.count(words) == 1


def test_access_logs_hold_neither_tokens_nor_names_nor_queries(house: House) -> None:
    token = house.token(name="Ә. Аты")
    house.ask("/library/search?q=secret-words", at=token, sid=house.sid)

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in (house.folder / "log" / "access.log").read_text().splitlines()]

    until(lambda: any(line["path"] == "/library/search" for line in lines()))
    text = (house.folder / "log" / "access.log").read_text()
    for secret in (token, house.sid, "secret-words", "Ә. Аты"):
        assert secret not in text
    last = lines()[-1]
    assert {"time", "request_id", "status", "service", "seconds"} <= last.keys()


def test_static_files_live_long_only_with_their_fingerprint(house: House) -> None:
    marked = house.ask("/static/portal/a.css?v=1", headers={"Accept-Encoding": "gzip"})
    assert marked.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert marked.headers["content-type"] == "text/css; charset=utf-8"
    assert marked.headers["content-encoding"] == "gzip"
    assert house.ask("/static/design/kit.js").headers["cache-control"] == "public, max-age=300"
    assert house.ask("/static/portal/b.css?v=1").status_code == 404


def test_the_memory_of_a_sign_in_at_another_server_reaches_auth_alone(house: House) -> None:
    """Before anybody is signed in, and beside a session; a second of its kind is nobody's business of other services."""
    memory = "oidc=" + "m" * 40
    for more in ({}, {"at": house.token(), "sid": house.sid}):
        assert (
            memory in house.ask("/auth/keycloak/callback", cookies=memory, **more).json()["headers"]["cookie"]
        )
        assert "oidc" not in house.ask("/portal/", cookies=memory, **more).json()["headers"].get("cookie", "")
