"""The public site: kept for seconds, outliving the service, new at once after a purge."""

import itertools
from typing import Any

import pytest

from gateway.testing import Answer, House


@pytest.fixture
def edition(house: House) -> House:
    """Let the site number its answers, on addresses of this test alone."""
    numbers = itertools.count(1)

    def page(asked: dict[str, Any]) -> Answer:
        return 200, {"Content-Type": "text/html", "Vary": "Cookie"}, f"edition {next(numbers)}".encode()

    house.services["website"].answer = page
    return house


def fresh(house: House, path: str) -> str:
    """Ask for an address until the purge of an earlier test is forgotten and the answer is kept."""
    while (first := house.ask(path).text) != house.ask(path).text:
        continue
    return first


def test_an_answer_is_kept_for_everybody(edition: House) -> None:
    first = fresh(edition, "/ru/kept")
    assert edition.ask("/ru/kept", at=edition.token(), sid=edition.sid).text == first
    assert edition.ask("/ru/kept?page=2").text != first


def test_the_site_never_learns_who_asks(edition: House) -> None:
    edition.services["website"].received.clear()
    cookies = "prefs=theme=dark; flash=private"
    edition.ask("/kk/who", at=edition.token(), sid=edition.sid, cookies=cookies)
    headers = edition.services["website"].received[-1]["headers"]
    assert "authorization" not in headers
    assert headers["cookie"].rstrip("; ") == "prefs=theme=dark"


def test_preferences_have_their_own_copy_and_nonsense_in_them_has_none(edition: House) -> None:
    plain = fresh(edition, "/ru/prefs")
    assert edition.ask("/ru/prefs", cookies="prefs=vi=bw").text != plain
    assert edition.ask("/ru/prefs", cookies='prefs="<x>"').text == plain


def test_a_purge_shows_what_is_new_at_once(edition: House) -> None:
    first = fresh(edition, "/ru/purged")
    assert edition.tell("/_gw/purge").status_code == 204
    assert edition.ask("/ru/purged").text != first


def test_kept_pages_outlive_the_service(edition: House) -> None:
    first = fresh(edition, "/ru/outlives")
    edition.services["website"].stop()
    assert edition.ask("/ru/outlives").text == first
    edition.tell("/_gw/purge")
    answer = edition.ask("/ru/outlives")
    assert (answer.status_code, answer.text) == (200, first)
    assert edition.ask("/ru/never-seen").status_code == 502


def test_kept_pages_outlive_a_service_that_fails(edition: House) -> None:
    first = fresh(edition, "/ru/fails")
    edition.services["website"].answer = lambda _: (500, {"Content-Type": "text/html"}, b"broken")
    edition.tell("/_gw/purge")
    assert edition.ask("/ru/fails").text == first


def test_answers_that_set_a_cookie_or_say_so_are_not_kept(edition: House) -> None:
    for header in ({"Set-Cookie": "flash=x"}, {"X-Accel-Expires": "0"}):
        numbers = itertools.count(1)
        edition.services["website"].answer = lambda _, h=header, n=numbers: (200, h, str(next(n)).encode())
        path = f"/ru/own-{next(iter(header)).lower()}"
        assert [edition.ask(path).text for _ in range(3)] == ["1", "2", "3"]


def test_the_root_follows_the_browsers_language_nothing_else_does(edition: House) -> None:
    edition.services["website"].answer = lambda asked: (
        303,
        {"Location": f"/{asked['headers'].get('accept-language', '-')}/"},
        b"",
    )
    for said, language in (("ru-RU,ru;q=0.9", "ru"), ("en", "en"), ("de", "kk"), ("", "kk")):
        assert edition.ask("/", headers={"Accept-Language": said}).headers["location"] == f"/{language}/"
    assert edition.ask("/kk/lang", headers={"Accept-Language": "ru"}).headers["location"] == "/-/"


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_files_every_site_has_come_from_the_site(edition: House, path: str) -> None:
    assert edition.ask(path).text.startswith("edition")


def test_forms_of_the_site_are_sent_on_and_never_kept(edition: House) -> None:
    first = edition.ask("/ru/contacts", "POST", content=b"text=1").text
    assert edition.ask("/ru/contacts", "POST", content=b"text=1").text != first
