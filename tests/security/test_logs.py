"""What the running house writes down about people: neither passwords nor tokens nor names (clause 8)."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.security.conftest import PASSWORD, Visitor, sign_in

from dev.bench.crowd import Member, make_members
from dev.bench.stage import Stage
from dev.demo import PASSWORD as DEMO_PASSWORD
from dev.testing import House, until

LETTERS = "абвгдежзиклмнопрст"


def logs(house: House) -> Iterator[tuple[Path, str]]:
    """Read whatever the house writes that is no database."""
    for path in sorted(house.layout.state.rglob("*.log")):
        yield path, path.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def stranger_to_logs(stage: Stage) -> tuple[Member, str]:
    """Somebody whose family name stands nowhere else."""
    name = "Құпия" + "".join(secrets.choice(LETTERS) for _letter in range(10))
    [made] = make_members(stage, 1, PASSWORD, family_name=name)
    return made, name


def administer(client: httpx.Client, person: Member, name: str) -> httpx.Client:
    """Let the administrator look somebody up and mistype a record."""
    assert sign_in(client, "admin", DEMO_PASSWORD).status_code == 303
    assert client.get(f"/auth/people/{person.person_id}").status_code == 200
    assert client.get("/auth/people", params={"q": name}).status_code == 200
    client.post("/auth/people/new", data={"family_name": name + "<", "number": "!"})
    return client


def test_logs_hold_neither_passwords_nor_tokens_nor_names(
    house: House, visitor: Visitor, stranger_to_logs: tuple[Member, str]
) -> None:
    person, name = stranger_to_logs
    mistyped = f"mistyped-{secrets.token_hex(6)}"
    in_the_wrong_field = f"typed-as-login-{secrets.token_hex(6)}"
    client = visitor()
    sign_in(client, person.login, mistyped)
    sign_in(client, in_the_wrong_field, mistyped)
    assert sign_in(client, person.login, PASSWORD).status_code == 303
    first = dict(client.cookies)
    for path in ("/auth/me", "/portal/", "/library/", "/journal/", f"/library/?q={name}"):
        client.get(path)
    client.post("/auth/step-up", data={"password": PASSWORD})
    client.post("/auth/step-up", data={"password": mistyped})
    client.post("/auth/password", data={"present": mistyped, "new": mistyped, "again": mistyped})
    client.get("/portal/", headers={"Cookie": f"sid={client.cookies['sid']}"})
    admin = administer(visitor(), person, name)
    second = dict(client.cookies)
    last = client.get("/portal/").headers["x-request-id"]

    until(lambda: any(last in text for _path, text in logs(house)), "the gateway has written its log")
    private = {
        "password": PASSWORD,
        "mistyped password": mistyped,
        "password in the field of the login": in_the_wrong_field,
        "demo password": DEMO_PASSWORD,
        "family name": name,
        "tokens": first["at"],
        "renewed token": second["at"],
        "session secret": first["sid"],
        "later session secret": second["sid"],
        "token of the administrator": admin.cookies["at"],
    }
    found = [
        f"{what} in {path.relative_to(house.layout.state)}"
        for path, text in logs(house)
        for what, value in private.items()
        if value in text and not (what == "demo password" and path.name == "demo.log")
    ]
    assert found == []
    assert sum(len(text) for _path, text in logs(house)) > 10_000, "there are logs to look at"
