"""Chromium in front of the house."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from dev.browsing import WIDE, Desk, preferences
from dev.testing import House


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)


Opener = Callable[..., Desk]


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of those who have signed in once: the house allows ten sign-ins a minute, journeys need more browsers."""
    return {}


@pytest.fixture
def desk(house: House, browser: Browser, signed_in: dict[str, Any]) -> Iterator[Opener]:
    """Open browsers: `desk("teacher", "ru", theme="dark")`; each page of each must not complain."""
    opened: list[tuple[Desk, str, set[str]]] = []

    def open_(login: str = "", language: str = "kk", *, viewport: Any = None, **prefs: str) -> Desk:
        context = browser.new_context(
            base_url=house.url,
            viewport=viewport or WIDE,
            locale=language,
            accept_downloads=True,
            reduced_motion="reduce",  # colours are judged where they arrive
            storage_state=signed_in.get(login),
        )
        context.add_cookies(
            [{"name": "prefs", "value": preferences(language, **prefs), "url": f"{house.url}/"}]
        )
        made = Desk(house, context, language)
        context.on("page", made.watch)
        if login and login not in signed_in:
            made.sign_in(login).close()
            signed_in[login] = context.storage_state()
        opened.append((made, login, secrets_of(signed_in.get(login))))
        return made

    yield open_
    for made, login, began_with in opened:
        now = made.context.storage_state()
        # Proving again who one is gives a sign-in a new secret: from then on the former one is void.
        if login and secrets_of(signed_in.get(login)) == began_with != secrets_of(now) != set():
            signed_in[login] = now
        made.context.close()
    complaints = [said for made, *_ in opened for said in made.complaints]
    assert complaints == []


def secrets_of(state: Any) -> set[str]:
    """Give the secret of the sign-in that cookies hold; nothing when they hold none."""
    found = (state or {}).get("cookies", ())
    return {cookie["value"] for cookie in found if cookie["name"].endswith("sid")}
