"""People of their own at the door of the running house, each at an address of their own."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest

from dev.bench.crowd import Member, make_members
from dev.bench.stage import Stage
from dev.testing import House

PASSWORD = "silver birch by the river"
ROOMS = count(1)


@pytest.fixture(scope="session")
def stage(house: House) -> Stage:
    return Stage(house)


@pytest.fixture(scope="session")
def members(stage: Stage) -> Iterator[Member]:
    """People with accounts, one after the other; nobody is given twice."""
    return iter(make_members(stage, 90, PASSWORD))


@pytest.fixture
def member(members: Iterator[Member]) -> Member:
    return next(members)


Visitor = Callable[..., httpx.Client]


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    """Open browsers without a screen: `visitor(member)` is signed in; each comes from an address of its own."""
    opened: list[httpx.Client] = []
    address = urlsplit(house.url)

    def open_(member: Member | None = None, **headers: str) -> httpx.Client:
        room = next(ROOMS)
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{address.port}",
            transport=httpx.HTTPTransport(local_address=f"127.0.{40 + room // 200}.{room % 200 + 1}"),
            headers={"Host": address.netloc, "Sec-Fetch-Site": "same-origin", **headers},
            timeout=60,
        )
        opened.append(client)
        if member:
            answer = sign_in(client, member.login, member.password)
            assert answer.status_code == 303, answer.text[:300]
        return client

    yield open_
    for client in opened:
        client.close()


def sign_in(
    client: httpx.Client, login: str, password: str, next_: str = "", **headers: str
) -> httpx.Response:
    """Send the sign-in form."""
    path = f"/auth/login?next={next_}" if next_ else "/auth/login"
    return client.post(path, data={"login": login, "password": password}, headers=headers)


def text_of(answer: httpx.Response, *private: str) -> str:
    """Give what a person sees of a page, without what differs by itself."""
    text = answer.text
    for word in private:
        text = text.replace(word, "·")
    return re.sub(r'(name="_(?:key|csrf)" value=")[^"]*', r"\1·", text)
