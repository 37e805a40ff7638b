"""Keycloak hangs, is dead, comes back: whoever is signed in notices nothing, signing in says what is wrong, nothing is lost."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis import clock
from dev.testing import until

OWN_PASSWORD = "Дала мен қыран төрт 44"
PATIENCE_MS = 5000
WORDS = {"kk": "Қазір кіру мүмкін емес", "ru": "Сейчас войти нельзя"}


@pytest.fixture(params=["hung", "dead"])
def away(request: pytest.FixtureRequest, server: Any) -> Iterator[Callable[[], None]]:
    """Take Keycloak away: its process stopped in its tracks with every socket open, or ended. Afterwards it is back."""
    leave, come_back = (server.hang, server.go_on) if request.param == "hung" else (server.stop, server.start)
    gone: list[bool] = []

    def go() -> None:
        leave()
        gone.append(True)

    yield go
    if gone:
        come_back()


def test_nobody_signed_in_notices_and_signing_in_says_so(
    academy: Any, visitor: Any, away: Any, tell: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    account, slip = academy.ready()
    inside = visitor("kk")
    inside.first_sign_in(account.login, slip, OWN_PASSWORD)
    strangers = {language: visitor(language) for language in WORDS}
    for stranger in strangers.values():
        stranger.go("/auth/login?next=/auth/me")
    away()
    # The token is thrown away, so that the very next click is renewed: by us, not by Keycloak.
    inside.context.clear_cookies(name="at")
    inside.page.set_default_timeout(PATIENCE_MS)
    assert inside.signed_in()
    for language, stranger in strangers.items():
        began = clock.monotonic()
        with stranger.page.expect_navigation(timeout=PATIENCE_MS):
            stranger.page.locator("#to-keycloak").click(no_wait_after=True)
        tell(
            f"Keycloak {request.node.callspec.id}: the page that says so came after {clock.monotonic() - began:.1f} s"
        )
        assert urlsplit(stranger.page.url).path == "/auth/keycloak/sign-in"
        assert stranger.page.locator("h1").inner_text() == WORDS[language]
        assert stranger.page.locator("a[href^='/auth/emergency']").count() == 1
    # Signing out ends our session at once; the page says what is left to do.
    inside.page.locator(".topbar-end .drop summary").last.click()
    inside.page.locator("form[action='/auth/logout'] button").click()
    inside.page.locator(".notice.warn").wait_for()
    assert not inside.signed_in()


def test_changes_wait_and_arrive_when_it_is_back(academy: Any, server: Any) -> None:
    account = academy.person()
    academy.arrives(account, enabled=True)
    server.hang()
    try:
        academy.slip(account)
        ask = "select tries, parked_at from keycloak_push where person_id = %s and reason is not null"
        waiting = until(lambda: academy.house.sql("auth", ask, account.person_id), "a try was in vain", 60)
        assert waiting[0][0] >= 1
        assert waiting[0][1] is None
    finally:
        server.go_on()
    academy.arrives(account, requiredActions=["UPDATE_PASSWORD"])
