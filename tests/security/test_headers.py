"""Headers and cookies that try to be somebody else, sent past the gateway of the running house."""

from collections.abc import Iterator

import pytest
from tests.security.conftest import PASSWORD, Visitor, sign_in

from dev.bench.crowd import Member
from dev.testing import House

LIES = {
    "X-Forwarded-For": "8.8.8.8",
    "X-Real-IP": "8.8.8.8",
    "Forwarded": "for=8.8.8.8",
    "Client-IP": "8.8.8.8",
    "True-Client-IP": "8.8.8.8",
}


def test_the_address_of_a_sign_in_is_the_true_one(house: House, member: Member, visitor: Visitor) -> None:
    """Limits and history go by the address; whoever could choose it could escape the first and forge the second."""
    answer = sign_in(visitor(), member.login, PASSWORD, **LIES)
    assert answer.status_code == 303
    query = "select address from sign_in where person_id = %s"
    [(address,)] = house.sql("auth", query, member.person_id)
    assert address.startswith("127.0.")


def test_a_lie_about_the_address_does_not_give_more_tries(member: Member, visitor: Visitor) -> None:
    client = visitor()
    statuses = [
        sign_in(client, member.login, "mistyped", **{"X-Forwarded-For": f"8.8.8.{number}"}).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]


def test_an_authorization_beside_cookies_counts_for_nothing(
    members: Iterator[Member], visitor: Visitor
) -> None:
    mine, other = next(members), next(members)
    client, theirs = visitor(mine), visitor(other)
    stolen = {"Authorization": f"Bearer {theirs.cookies['at']}"}
    for path in ("/auth/me", "/portal/"):
        assert client.get(path, headers=stolen).status_code == 200
    page = client.get("/auth/me", headers=stolen).text
    assert mine.login in page
    assert other.login not in page
    assert visitor().get("/auth/me", headers=stolen).status_code == 303, "pages are for cookies alone"


@pytest.mark.parametrize("name", ["at", "sid"])
def test_a_cookie_that_comes_twice_is_nobodys(members: Iterator[Member], visitor: Visitor, name: str) -> None:
    client, theirs = visitor(next(members)), visitor(next(members))
    for first, second in ((client, theirs), (theirs, client), (client, client)):
        jar = f"{name}={first.cookies[name]}; {name}={second.cookies[name]}"
        assert visitor().get("/portal/", headers={"Cookie": jar}).status_code == 303


def test_a_session_secret_shown_to_another_service_opens_nothing(
    house: House, member: Member, visitor: Visitor
) -> None:
    """Behind the gateway no service but auth takes a cookie for a person, and auth only at its pages of the session."""
    client = visitor(member)
    jar = {"Cookie": f"sid={client.cookies['sid']}; at={client.cookies['at']}"}
    direct = visitor()
    for service, path in (("portal", "/portal/"), ("ejournal", "/journal/"), ("auth", "/auth/me")):
        url = f"http://127.0.0.1:{house.layout.service_port(service)}{path}"
        assert direct.get(url, headers=jar).status_code == 303, service


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Original-URL": "/auth/internal/renew"},
        {"X-Rewrite-URL": "/auth/internal/renew"},
        {"X-Auth-Grace": "1"},
        {"X-Token": "x"},
        {"X-Request-Id": "chosen"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"},
    ],
)
def test_headers_that_steer_other_servers_steer_nothing_here(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    plain, steered = visitor().get("/auth/people"), visitor().get("/auth/people", headers=headers)
    assert (steered.status_code, steered.headers["location"]) == (303, plain.headers["location"])
    assert steered.headers["x-request-id"] != "chosen"
    assert "evil" not in steered.text + str(steered.headers)


def test_another_host_name_leads_nowhere_else(visitor: Visitor) -> None:
    for path in ("/auth/people", "/auth", "/portal/"):
        answer = visitor().get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.headers.get("location", "") + answer.text
