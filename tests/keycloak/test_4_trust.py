"""What is not an answer of Keycloak to this browser, now, once, signs nobody in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from auth.keycloak import oidc, rules
from chassis import clock

OWN_PASSWORD = "Дала мен қыран төрт 44"
VERIFIER, NONCE = "v" * 60, "n" * 40


@pytest.fixture(scope="module")
def person(academy: Any) -> tuple[Any, str]:
    """Somebody with a password of their own at Keycloak."""
    account, slip = academy.ready()
    with academy.admin() as server:
        server.update_user(academy.at_keycloak(account.login)["id"], {"requiredActions": []})
    return account, slip


@pytest.fixture
def answer(provider: oidc.Provider, visitor: Any, person: Any) -> Callable[..., str]:
    """Let somebody sign in at Keycloak by a request of our own; the house, which knows no such attempt, leaves the code unused."""

    def catch(**more: str) -> str:
        account, password = person
        browser = visitor()
        seen: list[str] = []
        browser.page.on(
            "request", lambda request: seen.append(request.url) if "/callback?" in request.url else None
        )
        asked = {"state": "s" * 40, "nonce": NONCE, "verifier": VERIFIER, **more}
        browser.page.goto(provider.authorization_url(**asked))
        browser.type_in(account.login, password)
        browser.page.wait_for_url("**/auth/keycloak/callback*")
        assert not browser.signed_in()
        return seen[-1]

    return catch


def code_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["code"][0]


def test_a_code_is_redeemed_once(provider: oidc.Provider, answer: Any, academy: Any, person: Any) -> None:
    code = code_of(answer())
    signed = provider.redeem(code=code, verifier=VERIFIER, nonce=NONCE)
    assert signed.sub == academy.at_keycloak(person[0].login)["id"]
    with pytest.raises(oidc.OidcFailed) as again:
        provider.redeem(code=code, verifier=VERIFIER, nonce=NONCE)
    assert again.value.code == "code"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"nonce": "other"}, "token"), ({"verifier": "w" * 60}, "code"), ({"verifier": ""}, "code")],
)
def test_another_nonce_or_verifier_is_refused(
    provider: oidc.Provider, answer: Any, change: Any, code: str
) -> None:
    given = {"verifier": VERIFIER, "nonce": NONCE, **change}
    with pytest.raises(oidc.OidcFailed) as refused:
        provider.redeem(code=code_of(answer()), **given)
    assert refused.value.code == code


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_three_hours_off_is_named(provider: oidc.Provider, answer: Any, hours: int) -> None:
    code = code_of(answer())
    with clock.frozen(clock.now()) as at:
        at.advance(hours=hours)
        with pytest.raises(oidc.OidcFailed) as refused:
            provider.redeem(code=code, verifier=VERIFIER, nonce=NONCE)
    assert refused.value.code == "clock"
    assert refused.value.minutes in {179, 180, 181}


def test_an_answer_to_another_browser_signs_nobody_in(answer: Any, visitor: Any, academy: Any) -> None:
    """A stranger's own code, put before somebody: without the cookie of that attempt, and with the cookie of another one."""
    stolen = answer()
    victim = visitor("ru")
    path = stolen.removeprefix(academy.house.url)
    assert victim.go(path) == 400
    assert not victim.signed_in()
    victim.go("/auth/login")
    victim.page.locator("#to-keycloak").click()
    victim.page.locator("#username").wait_for()
    assert any(cookie["name"] == "oidc" for cookie in victim.context.cookies())
    assert victim.go(path) == 400
    assert not victim.signed_in()


def test_the_same_answer_twice_signs_in_once(academy: Any, visitor: Any, person: Any) -> None:
    account, password = person
    browser = visitor("ru")
    seen: list[str] = []
    browser.page.on(
        "request",
        lambda request: seen.append(request.url) if "/auth/keycloak/callback" in request.url else None,
    )
    browser.begin()
    kept = [cookie for cookie in browser.context.cookies() if cookie["name"] == "oidc"]
    browser.type_in(account.login, password)
    browser.page.wait_for_url(f"{academy.house.url}/auth/me")
    thief = visitor("ru")
    thief.context.add_cookies([{"name": "oidc", "value": kept[0]["value"], "url": f"{academy.house.url}/"}])
    assert thief.go(seen[0].removeprefix(academy.house.url)) == 400
    assert "уже использован" in thief.page.locator("h1").inner_text()
    assert not thief.signed_in()


def test_keycloak_itself_refuses_a_request_without_pkce_and_a_foreign_return_address(
    provider: oidc.Provider,
) -> None:
    endpoint = provider.discover()["authorization_endpoint"]
    base = {"client_id": rules.SIGN_IN_CLIENT, "response_type": "code", "scope": "openid", "state": "s"}
    bare = httpx.get(endpoint, params={**base, "redirect_uri": provider.redirect_uri})
    assert "error=invalid_request" in bare.headers["Location"]
    foreign = {
        "redirect_uri": "https://evil.example/",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    assert httpx.get(endpoint, params={**base, **foreign}).status_code == 400


def test_a_logout_token_of_another_kind_ends_nothing(
    provider: oidc.Provider, answer: Any, academy: Any
) -> None:
    """An ID token is signed by the same key; it is still no logout token."""
    signed = provider.redeem(code=code_of(answer()), verifier=VERIFIER, nonce=NONCE)
    for token in (signed.id_token, signed.id_token[:-4] + "AAAA", "", "a.b.c"):
        answered = httpx.post(f"{academy.house.url}/auth/keycloak/back-channel", data={"logout_token": token})
        assert answered.status_code == 400
