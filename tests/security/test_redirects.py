"""Where one is sent after signing in: to this house alone, whatever the address says."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from tests.security.conftest import PASSWORD, Visitor, sign_in

from dev.bench.crowd import Member

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\x00//evil.example/",
    " //evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example%2f@localhost/",
    "/portal/\r\nSet-Cookie: sid=chosen",
    "http://localhost@evil.example/",
)


@pytest.mark.parametrize("page", ["/auth/login", "/auth/password", "/auth/step-up"])
def test_no_address_leads_to_another_host(member: Member, visitor: Visitor, page: str) -> None:
    client = visitor(member)
    for target in ELSEWHERE:
        answer = client.get(f"{page}?next={quote(target, safe='')}")
        assert answer.status_code in {200, 303}, target
        location = answer.headers.get("location", "/")
        landed = urlsplit(urljoin("http://this.house/", location))
        assert (landed.scheme, landed.netloc) == ("http", "this.house"), target
        assert "evil" not in location
        assert "sid" not in answer.headers.get("set-cookie", "")
        assert f'action="{target}' not in answer.text


def test_a_sign_in_returns_to_where_one_came_from_or_home(member: Member, visitor: Visitor) -> None:
    client = visitor()
    assert (
        sign_in(client, member.login, PASSWORD, quote("//evil.example/", safe="")).headers["location"]
        == "/portal/"
    )
    assert (
        sign_in(client, member.login, PASSWORD, quote("/library/", safe="")).headers["location"]
        == "/library/"
    )
