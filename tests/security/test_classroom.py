"""A class room of thirty behind one address, at eight o'clock: nothing slows them down (clause 10, ASVS 6.3.1)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from dev.bench.crowd import Crowd, Member, enter
from dev.testing import House

ROOM = 30
ADDRESS = "127.0.77.1"


@pytest.fixture
def crowd(house: House) -> Crowd:
    return Crowd(house.layout.port, house.url.removeprefix("http://"))


def test_a_class_room_behind_one_address_trips_nothing(
    house: House, crowd: Crowd, members: Iterator[Member]
) -> None:
    """All thirty at once, every third of them mistyping first: everybody is in, each with a session of their own."""
    room = list(islice(members, ROOM))
    clumsy = room[::3]
    wrong = crowd.storm([replace(one, password="mistyped") for one in clumsy], lambda _place: ADDRESS)
    assert [entry.statuses for entry in wrong] == [[200]] * len(clumsy)
    entries = crowd.storm(room, lambda _place: ADDRESS)
    assert [entry.statuses for entry in entries] == [[303]] * ROOM
    secrets = {entry.sid for entry in entries}
    assert len(secrets) == ROOM
    assert min(len(secret) for secret in secrets) >= 43  # 256 bits
    query = "select count(distinct person_id), count(*) from sign_in where address = %s"
    assert house.sql("auth", query, ADDRESS) == [(ROOM, ROOM)]


def test_one_persons_failures_do_not_hold_up_a_neighbour(crowd: Crowd, members: Iterator[Member]) -> None:
    clumsy, neighbour = next(members), next(members)
    for _try in range(6):
        assert enter(crowd, replace(clumsy, password="mistyped"), "127.0.77.2").statuses == [200]
    assert enter(crowd, clumsy, "127.0.77.2").sid == "", "after five failures one waits"
    assert enter(crowd, neighbour, "127.0.77.2").sid
