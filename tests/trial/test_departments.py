"""The library alone on another machine: cut off from the academy in each direction it goes on, says of when it speaks, and catches up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dev.invariants.report import table
from dev.testing import until
from dev.trial.departments import ARRIVES, Machines, two_machines
from dev.trial.people import FREE_COPIES, FREE_READERS
from dev.trial.surroundings import Unavailable

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

AN_HOUR_AGO = (
    "UPDATE chassis.cursor SET checked_at = checked_at - interval '1 hour' WHERE feed = %s RETURNING feed"
)
LOANS = "SELECT id, returned_at IS NOT NULL FROM loan ORDER BY id"
SAYS_OF_WHEN = "По состоянию на"
CUTS: dict[str, Callable[[Machines], AbstractContextManager[None]]] = {
    "the academy cannot call the library": lambda both: both.wire.deaf("near"),
    "the library cannot call the academy": lambda both: both.wire.deaf("far"),
    "neither hears the other": lambda both: both.wire.cut(),
}
OPEN_TO_ALL = ("/library/", "/library/api/v1/records", "/status")
SHUT = {302, 303, 401}
REACHED = dict(zip(CUTS, ((False, True), (True, False), (False, False)), strict=True))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """The library's machine has been started for the first time; the academy never was."""
    folder = tmp_path_factory.mktemp("departments")
    try:
        with two_machines(folder) as made:
            yield made
    except Unavailable as problem:
        pytest.skip(f"two machines need root, namespaces of the network and iptables: {problem}")


@pytest.fixture(scope="module")
def machines(alone: Machines) -> Machines:
    """Both machines, the academy furnished, and the library has heard of its people."""
    alone.academy.start()
    alone.furnish()
    return alone


class Person:
    """Somebody who is signed in, at the gateway of one of the machines."""

    def __init__(self, machines: Machines, login: str, *, far: bool) -> None:
        self._machines, self._far = machines, far
        host = machines.wire.far if far else machines.wire.near
        self._url = f"http://{host}:{machines.academy.layout.port}"
        self._headers = machines.stage.headers(machines.stage.token_of(login))

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {**self._headers, "Idempotency-Key": str(uuid4())}
        if not self._far:
            return httpx.request(method, self._url + path, headers=headers, json=body, timeout=10)
        with self._machines.wire.inside():
            return httpx.request(method, self._url + path, headers=headers, json=body, timeout=10)


def record_somebody(clerk: Person) -> str:
    number = f"DEP-{uuid4().hex[:10].upper()}"
    body = {
        "number": number, "family_name": "Бөлімов", "given_name": "Айдар", "patronymic": None,
        "kind": "staff", "group_code": None, "department_code": None, "language": "kk",
    }  # fmt: skip
    assert clerk.ask("POST", "/auth/api/v1/people", body).status_code == 201
    return number


def test_the_library_starts_for_the_first_time_while_the_academy_is_away(
    alone: Machines, tell: Callable[[str], None]
) -> None:
    """It serves whoever need not sign in; the tests below show that it hears of everybody once the academy is there."""
    assert not alone.reach("far")
    url = f"http://{alone.wire.far}:{alone.academy.layout.port}"
    with alone.wire.inside():
        found = {path: httpx.get(url + path, timeout=10).status_code for path in OPEN_TO_ALL}
        staff = httpx.get(f"{url}/library/readers", timeout=10)
    assert set(found.values()) == {200}, found
    assert staff.status_code in SHUT, staff.status_code
    tell(f"the academy was never there: the library answers {', '.join(found)}")


@pytest.mark.parametrize("way", CUTS)
def test_the_library_goes_on_when(machines: Machines, tell: Callable[[str], None], way: str) -> None:
    """Books are issued and returned by signed-in people to readers it knows; afterwards both sides know everything."""
    desk, clerk = Person(machines, "librarian", far=True), Person(machines, "admin", far=False)
    [[copy], [other]] = machines.books(FREE_COPIES, 2)
    [[card]] = machines.books(FREE_READERS, 1)
    assert desk.ask("POST", "/library/api/v1/loans", {"barcode": other, "card": str(card)}).status_code == 201
    with CUTS[way](machines):
        assert (machines.reach("near"), machines.reach("far")) == REACHED[way]
        number = record_somebody(clerk)
        issued = desk.ask("POST", "/library/api/v1/loans", {"barcode": copy, "card": str(card)})
        returned = desk.ask("POST", "/library/api/v1/returns", {"barcode": other})
        assert (issued.status_code, returned.status_code) == (201, 200), (issued.text, returned.text)
        assert desk.ask("GET", "/library/readers").status_code == 200
        assert clerk.ask("GET", "/portal/").status_code == 200
    healed = time.monotonic()
    arrived = "SELECT count(*) FROM reader WHERE number = %s"
    until(lambda: machines.books(arrived, number)[0][0] == 1, f"{number} at the library", ARRIVES)
    until(
        lambda: machines.academy.sql("portal", LOANS) == machines.books(LOANS),
        "loans at the portal",
        ARRIVES,
    )
    tell(f"{way}: both sides had caught up {time.monotonic() - healed:.1f} s after the cut")


def test_cut_off_for_long_pages_say_of_when_they_are(machines: Machines) -> None:
    desk, reader = Person(machines, "librarian", far=True), Person(machines, "librarian", far=False)
    pages = ((desk, "/library/readers"), (reader, "/portal/"))

    def say_of_when() -> list[bool]:
        answers = [person.ask("GET", path) for person, path in pages]
        assert {answer.status_code for answer in answers} == {200}
        return [SAYS_OF_WHEN in answer.text for answer in answers]

    assert say_of_when() == [False, False]
    with machines.wire.cut():
        machines.books(AN_HOUR_AGO, "auth/people")  # as if the other machine had not been heard for an hour
        machines.academy.sql("portal", AN_HOUR_AGO, "library/lending")
        assert say_of_when() == [True, True]
    until(lambda: say_of_when() == [False, False], "both machines hear each other again", ARRIVES)


def test_after_all_cuts_nothing_is_lost_doubled_or_changed(
    machines: Machines, tell: Callable[[str], None]
) -> None:
    reports = machines.check()
    assert not any(one.breaches for one in reports), table(reports)
    tell(f"two machines, {len(CUTS) + 1} cuts: all invariants hold over both databases")
