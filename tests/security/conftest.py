"""People of their own at the door of the running house, each at an address of their own, and tokens signed with its real key."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from chassis import clock
from chassis.permissions import EVERYBODY
from chassis.testing.bad_tokens import Forge
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


@pytest.fixture
def true_key(house: House) -> RSAKey:
    """The key the house signs with at this moment."""
    folder = house.layout.state / "auth" / "keys"
    kid = json.loads((folder / "order.json").read_text())["current"]
    return RSAKey.import_key((folder / f"{kid}.pem").read_bytes(), {"kid": kid})


@pytest.fixture
def forge(house: House, true_key: RSAKey, members: Iterator[Member], visitor: Visitor, stage: Stage) -> Forge:
    """Forge tokens for the house; one session has been signed out, one person's tokens are revoked."""
    from auth.sessions import service

    somebody, gone = next(members), next(members)
    left = visitor(somebody)
    [(sid,)] = house.sql(
        "auth",
        "select id::text from sign_in where person_id = %s order by created_at desc limit 1",
        somebody.person_id,
    )
    assert left.post("/auth/logout").status_code == 303
    with stage.session("auth") as session:
        now = int(clock.now().timestamp())
        service.revoke(session, key=f"sub:{gone.person_id}", at=now + 3600)
        service.revoke(session, key=EVERYBODY, at=now - 1800)
    return Forge(f"{house.url}/auth", true_key, somebody.person_id, sid, gone.person_id)


def text_of(answer: httpx.Response, *private: str) -> str:
    """Give what a person sees of a page, without what differs by itself."""
    text = answer.text
    for word in private:
        text = text.replace(word, "·")
    return re.sub(r'(name="_(?:key|csrf)" value=")[^"]*', r"\1·", text)
