"""Who passes, as whom: tokens, renewal, grace, revocation."""

import base64
import json
import signal
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest

from chassis import clock
from chassis.testing import tokens
from chassis.testing.bad_tokens import BAD_TOKENS, VOIDED, Forge
from gateway import nginx
from gateway.testing import SID, House, until

PAGE = "/portal/home"


@pytest.fixture(scope="session")
def forge(_house: House) -> Forge:
    """Forge tokens for the gateway under test, which knows of one revoked session and one revoked person."""
    forge = Forge(_house.issuer, tokens.key(), uuid4(), "revoked-session", uuid4())
    _house.tell("/_gw/revoke", {"key": f"sid:{forge.revoked_sid}", "at": 1})
    _house.tell("/_gw/revoke", {"key": f"sub:{forge.revoked_person}", "at": 9_999_999_999})
    _house.tell("/_gw/revoke", {"key": "all:people", "at": VOIDED})
    return forge


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_passes_nowhere(house: House, forge: Forge, name: str) -> None:
    assert house.ask(PAGE, at=forge.good()).status_code == 200
    house.services["portal"].received.clear()
    jar = "; ".join(f"at={token}" for token in BAD_TOKENS[name](forge))
    assert house.ask(PAGE, cookies=jar).status_code == 303
    assert house.ask(PAGE, "POST", cookies=jar).status_code == 401
    assert house.ask("/portal/api/v1/groups", cookies=jar).status_code == 401
    house.services["auth"].stop()
    assert house.ask(PAGE, cookies=f"{jar}; sid={house.sid}").status_code == 503, (
        "the grace is for good tokens only"
    )
    assert not house.services["portal"].received


def test_the_same_cookie_in_two_headers_is_doubled_too(house: House, forge: Forge) -> None:
    cookies = [("Cookie", f"at={forge.good()}"), ("Cookie", f"at={forge.good()}")]
    with httpx.Client() as client:
        request = client.build_request("GET", house.url + PAGE, headers=cookies)
        assert client.send(request).status_code == 303


def claims_of(token: str) -> dict[str, Any]:
    """Read a token of ours."""
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def seen(house: House, service: str = "portal") -> dict[str, Any]:
    """Give the last request a service received."""
    return house.services[service].received[-1]


def test_a_good_token_reaches_the_service_as_a_bearer_and_no_session_cookie_does(house: House) -> None:
    token = house.token()
    answer = house.ask(PAGE, at=token, sid=SID, cookies="prefs=lang=ru; flash=hello; other=1")
    assert answer.status_code == 200
    headers = seen(house)["headers"]
    assert headers["authorization"] == f"Bearer {token}"
    assert headers["cookie"].rstrip("; ") == "prefs=lang=ru; flash=hello"
    assert headers["host"] == house.url.removeprefix("http://")


def test_a_token_that_was_verified_before_changes_nothing(house: House) -> None:
    token, cookies = house.token(), "prefs=lang=ru; flash=hello"
    told = [house.ask(f"{PAGE}/a%2Fb?x=%20", at=token, sid=SID, cookies=cookies).json() for _ in range(3)]
    for request in told:
        assert len(request["headers"].pop("x-request-id")) == 32
    assert told[0] == told[1] == told[2]
    assert told[0]["path"] == f"{PAGE}/a%2Fb?x=%20"
    assert house.ask(PAGE, "POST", at=token, content=b"mark=95").json()["body"] == "mark=95"
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert house.ask(PAGE, "POST", at=token, headers=foreign).status_code == 403
    assert house.ask(PAGE, "POST", at=token, content=b"x" * (3 << 20)).status_code == 413
    assert house.ask("/library/imports", "POST", at=token, content=b"x" * (3 << 20)).status_code == 200
    assert house.ask("/portal/metrics", at=token).status_code == 404


def test_a_token_verified_before_lends_its_signature_to_no_other(house: House) -> None:
    token, other = house.token(), house.token()
    assert [house.ask(PAGE, at=token).status_code for _ in range(3)] == [200] * 3
    head, _, signature = token.split(".")
    assert house.ask(PAGE, at=f"{head}.{other.split('.')[1]}.{signature}").status_code == 303
    assert house.ask(PAGE, cookies=f"at={token}; at={token}").status_code == 303


def test_a_token_verified_before_ends_with_its_time(house: House) -> None:
    token = house.token(exp=int(clock.now().timestamp()) + 3)
    assert house.ask(PAGE, at=token).status_code == 200
    until(lambda: house.ask(PAGE, at=token).status_code == 303)
    assert clock.now().timestamp() < claims_of(token)["exp"] + 2


def take_over(house: House, keys: str) -> None:
    """Give nginx other keys and wait until no worker that knew the former ones is left."""
    assert house.process is not None
    master = psutil.Process(house.process.pid)
    former = set(master.children())
    (house.folder / "jwks.json").write_text(keys)
    master.send_signal(signal.SIGHUP)
    until(lambda: not former & set(master.children()))


def test_a_token_verified_before_ends_with_its_key(house: House) -> None:
    token, kept = house.token(), (house.folder / "jwks.json").read_text()
    assert [house.ask(PAGE, at=token).status_code for _ in range(3)] == [200] * 3
    try:
        take_over(house, nginx.nobodys_keys())
        assert [house.ask(PAGE, at=token).status_code for _ in range(3)] == [303] * 3
    finally:
        take_over(house, kept)
    assert [house.ask(PAGE, at=token).status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("key", ["sid:{sid}", "sub:{sub}"])
def test_a_token_verified_before_ends_with_its_revocation_and_others_stay(house: House, key: str) -> None:
    token, neighbour = house.token(), house.token()
    assert [house.ask(PAGE, at=at).status_code for at in (token, neighbour) * 3] == [200] * 6
    house.tell("/_gw/revoke", {"key": key.format(**claims_of(token)), "at": 9_999_999_999})
    answers = [house.ask(PAGE, at=at).status_code for at in (token, neighbour) * 3]
    assert answers == [303, 200] * 3


def test_auth_alone_sees_the_session_cookie(house: House) -> None:
    house.ask("/auth/me", at=house.token(), sid=SID)
    assert f"sid={SID}" in seen(house, "auth")["headers"]["cookie"]


HALF = "half-" + "h" * 43


def test_a_half_open_sign_in_is_shown_to_auth_alone_and_opens_nothing(house: House) -> None:
    for path, service in (("/auth/code", "auth"), (PAGE, "portal")):
        assert house.ask(path, cookies=f"half={HALF}; prefs=lang=ru").status_code == 200
        headers = seen(house, service)["headers"]
        assert "authorization" not in headers
        assert (f"half={HALF}" in headers["cookie"]) is (service == "auth")
    house.ask("/auth/code", cookies=f"half={HALF}; half={HALF}")
    assert "cookie" not in seen(house, "auth")["headers"]


def test_a_half_open_sign_in_is_written_to_from_our_own_pages_only(house: House) -> None:
    assert (
        house.ask(
            "/auth/code", "POST", cookies=f"half={HALF}", headers={"Origin": "https://evil.example"}
        ).status_code
        == 403
    )
    assert house.ask("/auth/code", "POST", cookies=f"half={HALF}").status_code == 200


def test_strangers_pass_without_an_identity(house: House) -> None:
    answer = house.ask(PAGE, headers={"Authorization": f"Bearer {house.token()}", "X-Auth-Grace": "1"})
    assert answer.status_code == 200
    headers = seen(house)["headers"]
    assert "authorization" not in headers
    assert "x-auth-grace" not in headers
    assert "cookie" not in headers


@pytest.mark.parametrize("path", ["/library/api/v1/records", "/auth/feeds/auth/people", "/auth/token"])
def test_programs_pass_with_their_own_token_where_no_person_is(house: House, path: str) -> None:
    service = path.split("/")[1]
    house.ask(path, headers={"Authorization": "Bearer machine"})
    assert seen(house, service)["headers"]["authorization"] == "Bearer machine"
    token = house.token()
    house.ask(path, at=token, headers={"Authorization": "Bearer machine"})
    assert seen(house, service)["headers"]["authorization"] == f"Bearer {token}"


def test_an_old_token_is_renewed_inside_the_request_and_the_body_survives(house: House) -> None:
    answer = house.ask(PAGE, "POST", at=house.old_token(60), sid=SID, content=b"mark=95" * 5000)
    assert answer.status_code == 200
    request = seen(house)
    assert request["body"] == "mark=95" * 5000
    renewed = request["headers"]["authorization"].removeprefix("Bearer ")
    assert answer.headers["set-cookie"].startswith(f"at={renewed}; Path=/")
    asked = house.services["auth"].received[-1]
    assert asked["headers"]["cookie"].rstrip("; ") == f"sid={SID}"
    assert (asked["method"], asked["body"], "authorization" in asked["headers"]) == ("GET", "", False)


def test_a_session_without_a_token_is_renewed(house: House) -> None:
    assert house.ask(PAGE, sid=SID).status_code == 200
    assert seen(house)["headers"]["authorization"].startswith("Bearer ey")


def test_an_ended_session_goes_to_sign_in_and_forgets_its_cookies(house: House) -> None:
    house.sessions.clear()
    answer = house.ask("/journal/journals?x=1&y=2", at=house.old_token(60), sid=SID)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=%2Fjournal%2Fjournals%3Fx%3D1%26y%3D2"
    gone = answer.headers.get_list("set-cookie")
    assert [line.partition(";")[0] for line in gone] == ["at=", "sid="]
    assert all("Max-Age=0" in line for line in gone)
    assert not house.services["ejournal"].received


def test_an_ended_session_is_told_that_nothing_was_saved(house: House) -> None:
    house.sessions.clear()
    form = house.ask(PAGE, "POST", at=house.old_token(60), sid=SID)
    assert form.status_code == 401
    assert "Войдите снова" in form.text
    api = house.ask("/portal/api/v1/groups", "POST", at=house.old_token(60), sid=SID, cookies="prefs=lang=ru")
    assert (api.status_code, api.headers["content-type"]) == (401, "application/problem+json")
    assert api.json()["code"] == "gateway.session-ended"
    assert api.json()["detail"].startswith("Ничего не сохранено")
    assert not house.services["portal"].received


def test_auths_own_pages_work_without_a_session_that_stands(house: House) -> None:
    house.sessions.clear()
    answer = house.ask("/auth/password", at=house.old_token(60), sid=SID)
    assert answer.status_code == 200
    assert "authorization" not in seen(house, "auth")["headers"]


def test_what_comes_before_anything_else_is_behind_the_sign_in_page(house: House) -> None:
    house.services["auth"].answer = lambda _: (403, {}, b"")
    answer = house.ask(PAGE, sid=SID)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login?next=%2Fportal%2Fhome")
    assert house.ask(PAGE, "POST", sid=SID).status_code == 403


def test_while_auth_is_away_valid_tokens_work_and_fresh_ones_read(house: House) -> None:
    house.services["auth"].stop()
    assert house.ask(PAGE, "POST", at=house.token(), sid=SID).status_code == 200
    assert "x-auth-grace" not in seen(house)["headers"]
    old = house.old_token(800)
    assert house.ask(PAGE, at=old, sid=SID).status_code == 200
    assert seen(house)["headers"]["x-auth-grace"] == "1"
    assert seen(house)["headers"]["authorization"] == f"Bearer {old}"


def test_while_auth_is_away_nothing_is_written_with_an_old_token(house: House) -> None:
    house.services["auth"].stop()
    house.services["portal"].received.clear()
    page = house.ask(PAGE, "POST", at=house.old_token(60), sid=SID, headers={"Accept": "text/html"})
    assert page.status_code == 503
    for words in ("Ештеңе сақталған жоқ", "Ничего не сохранено", "Nothing was saved"):
        assert words in page.text
    api = house.ask("/portal/api/v1/x", "PATCH", at=house.old_token(60), sid=SID)
    assert (api.status_code, api.json()["code"]) == (503, "gateway.nothing-saved")
    assert not house.services["portal"].received


@pytest.mark.parametrize(
    "claims", [{"seconds": 1000}, {"seconds": 60, "aud": "library"}, {"seconds": 60, "iss": "x"}]
)
def test_while_auth_is_away_tokens_older_than_the_grace_or_not_ours_do_not_pass(
    house: House, claims: Any
) -> None:
    house.services["auth"].stop()
    assert house.ask(PAGE, at=house.old_token(**claims), sid=SID).status_code == 503
    assert not house.services["portal"].received


def test_a_revoked_session_is_refused_at_once_also_in_grace(house: House) -> None:
    token, old = house.token(sid="gone-1"), house.old_token(60, sid="gone-1")
    assert house.ask(PAGE, at=token).status_code == 200
    assert house.tell("/_gw/revoke", {"key": "sid:gone-1", "at": 1}).status_code == 204
    assert house.ask(PAGE, at=token).status_code == 303
    house.services["auth"].stop()
    assert house.ask(PAGE, at=old, sid=SID).status_code == 503


def test_tokens_of_a_person_issued_before_the_revocation_are_void_later_ones_stand(house: House) -> None:
    person = str(uuid4())
    token = house.token(sub=person)
    issued = claims_of(token)["iat"]
    house.tell("/_gw/revoke", {"key": f"sub:{person}", "at": issued})
    assert house.ask(PAGE, at=token).status_code == 303
    assert house.ask(PAGE, at=house.token(sub=person, iat=issued + 1)).status_code == 200
    house.tell("/_gw/revoke", {"key": f"sub:{person}", "at": issued - 100})
    assert house.ask(PAGE, at=token).status_code == 303, "an older revocation does not lift a later one"


def test_everybodys_tokens_issued_until_a_moment_are_void_by_one_revocation(house: House) -> None:
    at = 1_000_000_000
    void, later = house.token(iat=at), house.token(iat=at + 1)
    assert [house.ask(PAGE, at=token).status_code for token in (void, later)] == [200, 200]
    assert house.tell("/_gw/revoke", {"key": "all:people", "at": at}).status_code == 204
    assert [house.ask(PAGE, at=token).status_code for token in (void, later)] == [303, 200]
    assert house.ask(PAGE, at=void, sid=SID).status_code == 200, "a living session brings a new token"


def test_revocations_survive_a_restart(house: House) -> None:
    token = house.token(sid="gone-2")
    house.tell("/_gw/revoke", {"key": "sid:gone-2", "at": 1})
    kept = house.folder / "state" / "revoked.json"
    until(lambda: kept.exists() and "gone-2" in kept.read_text())
    house.stop()
    house.start()
    assert house.ask(PAGE, at=token).status_code == 303


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "x", "at": 1},
        {"key": "all:cats", "at": 1},
        {"key": "sid:a"},
        {"key": "sid:a", "at": "soon"},
        [1],
    ],
)
def test_a_revocation_that_is_not_understood_is_refused(house: House, body: Any) -> None:
    assert house.tell("/_gw/revoke", body).status_code == 400


def test_the_control_listener_does_not_hear_pages_in_a_browser(house: House) -> None:
    for header in ({"Origin": house.url}, {"Sec-Fetch-Site": "none"}):
        assert house.tell("/_gw/purge", headers=header).status_code == 403


@pytest.mark.parametrize("path", ["/_gw/revoke", "/_renew", "/_health/auth", "/_gw/health"])
def test_nothing_of_the_control_is_reachable_from_outside(house: House, path: str) -> None:
    assert house.ask(path).status_code == 404
