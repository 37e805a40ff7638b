"""Steering: a service goes to another address, and when that is done nobody is sent to the old one, not by a kept connection either."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from gateway.__main__ import Wrong
from gateway.steer import steer
from gateway.testing import House, Stub, until


@pytest.fixture
def newcomer(house: House) -> Iterator[Stub]:
    """A second library; the gateway knows the first one alone before and after."""
    stub = Stub("library")
    stub.start()
    yield stub
    steer(house.settings, {})
    stub.stop()


def at(stub: Stub) -> dict[str, str]:
    return {"library": f"127.0.0.1:{stub.port}"}


def test_nobody_is_refused_while_steered_and_the_old_address_may_go_after_it(
    house: House, newcomer: Stub
) -> None:
    statuses: list[int] = []
    over = threading.Event()

    def read() -> None:
        with httpx.Client(timeout=10) as browser:
            while not over.is_set():
                statuses.append(browser.get(f"{house.url}/library/shelf").status_code)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        until(lambda: len(house.services["library"].received) > 3)
        steer(house.settings, at(newcomer))
        house.services["library"].stop()
        seen = len(newcomer.received)
        until(lambda: len(newcomer.received) > seen + 3)
    finally:
        over.set()
        reader.join()
    assert set(statuses) == {200}
    house.services["library"].start()
    steer(house.settings, {"library": ""})
    assert house.ask("/library/back").status_code == 200
    assert [one["path"] for one in house.services["library"].received][-1] == "/library/back"


def test_several_addresses_take_turns(house: House, newcomer: Stub) -> None:
    steer(house.settings, {"library": f"{house.settings.upstreams['library']},{at(newcomer)['library']}"})
    for _ in range(4):
        assert house.ask("/library/shelf").status_code == 200
    assert len(newcomer.received) == len(house.services["library"].received) == 2


def test_an_unknown_service_is_named_and_nothing_changes(house: House) -> None:
    before = (house.folder / "nginx.conf").read_text()
    with pytest.raises(Wrong, match=r"canteen: no such service\. There are: auth, portal"):
        steer(house.settings, {"canteen": "127.0.0.1:1"})
    assert (house.folder / "nginx.conf").read_text() == before


def test_what_is_no_address_leaves_the_old_one_in_force(house: House) -> None:
    with pytest.raises(Wrong, match="invalid port"):
        steer(house.settings, {"library": "127.0.0.1:many"})
    assert house.ask("/library/shelf").status_code == 200
