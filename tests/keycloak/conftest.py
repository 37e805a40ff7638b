"""A real Keycloak and a house that asks it who people are; one of each for the whole run."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from auth.access import service as access
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.keycloak import oidc, rules
from auth.keycloak.server import Server
from auth.people import service as people
from auth.settings import AuthSettings
from chassis.db import make_engine, unit_of_work
from dev import keycloak as real
from dev import testing
from dev.browsing import WIDE, preferences
from dev.testing import House, until

KEYCLOAK_PORT, HOUSE_PORT = 27310, 27320
SECONDS = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.keycloak)


@dataclass
class Standing:
    """A Keycloak that somebody else runs: it can be asked, not be stopped."""

    url: str
    password: str
    admin: str
    folder: Path

    def hang(self) -> None:
        pytest.skip("this Keycloak is not ours to stop: run without KEYCLOAK_URL")

    stop = start = go_on = hang


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real server: the one `KEYCLOAK_URL` names, else our own for this run."""
    folder = tmp_path_factory.mktemp("keycloak")
    if url := os.environ.get("KEYCLOAK_URL"):
        admin, password = os.environ["KEYCLOAK_ADMIN"], os.environ["KEYCLOAK_ADMIN_PASSWORD"]
        (folder / "admin-password").write_text(password)
        yield Standing(url, password, admin, folder)
        return
    if (words := real.gap()) is not None:
        pytest.skip(words)
    port = next(port for port in range(KEYCLOAK_PORT, KEYCLOAK_PORT + 8, 2) if real.ports.is_free(port))
    with real.Keycloak(folder, port, theme=real.theme()) as started:
        yield started


@pytest.fixture(scope="session")
def house(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Auth behind the gateway with `IDENTITY=keycloak`; ready when its worker has made the realm."""
    folder = tmp_path_factory.mktemp("keycloak-house")
    realm = f"shanyraq-{secrets.token_hex(3)}"
    given = real.environment(server) | {"KEYCLOAK_REALM": realm, "DEMO": "0"}
    made = House(
        testing.free_layout(folder / "state", only=("auth",), first=HOUSE_PORT), ONLY="auth", **given
    )
    made.start()
    until(
        lambda: made.sql(
            "auth", "select 1 from keycloak_realm where changed_at is not null and fault is null"
        ),
        "the realm stands",
        180,
    )
    yield made
    assert made.stop() == 0, made.tail()


@dataclass
class Academy:
    """The people of this run, entered through auth's own services; and what Keycloak holds of them."""

    house: House
    settings: AuthSettings
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.engine = make_engine(self.settings.database_url, application_name="test")
        self.issuer = rules.issuer(self.settings.keycloak_url, self.settings.keycloak_realm)

    def person(self, *, login: str = "", role: str = "", language: str = "kk") -> Account:
        """Enter a person with an account that has no password yet."""
        number = f"K-{next(self.numbers):04}"
        values = {
            "number": number, "family_name": "Әлімов", "given_name": "Ерлан", "patronymic": "Қайратұлы", "kind": "staff",
            "group_code": None, "department_code": None, "language": language,
        }  # fmt: skip
        with unit_of_work(self.engine) as session:
            person = people.create(session, values=values, actor="test")
            account = accounts.create(
                session, person=person, actor="test", login=login or f"user.{secrets.token_hex(4)}"
            )
            if role:
                access.give_template(
                    session,
                    person=person,
                    role=role,
                    scope_type="institution",
                    order_number="1-к",
                    order_date=date(2026, 9, 1),
                    actor=None,
                )
        return account

    def act(self, account: Account, do: Callable[[Any, Account], Any]) -> Any:
        """Do something to an account in a unit of work of its own."""
        with unit_of_work(self.engine) as session:
            return do(session, accounts.get_or_raise(session, account.person_id))

    def slip(self, account: Account) -> str:
        """Give a first password as the unit does; answer it."""
        return self.act(
            account,
            lambda session, one: accounts.give_slips(session, accounts=[one], actor="test")[0].password,
        )

    def at_keycloak(self, login: str) -> dict[str, Any] | None:
        """Ask Keycloak itself what it holds of an account."""
        with self.admin() as server:
            return server.find_user(login)

    def arrives(self, account: Account, **wanted: Any) -> dict[str, Any]:
        """Wait until Keycloak holds what is wanted of an account."""

        def there() -> dict[str, Any] | None:
            found = self.at_keycloak(account.login)
            return found if found and all(found[name] == value for name, value in wanted.items()) else None

        found: dict[str, Any] = until(there, f"{account.login} at Keycloak with {wanted}", SECONDS)
        self.settled(account.person_id)
        return found

    def settled(self, person_id: UUID) -> None:
        """Wait until nothing waits for a person any more."""
        ask = "select 1 from keycloak_push where person_id = %s"
        until(lambda: not self.house.sql("auth", ask, person_id), "the push has arrived", SECONDS)

    def admin(self) -> Server:
        """Open Keycloak's administration as its administrator."""
        return Server(self.settings, as_administrator=True)

    def ready(self, *, language: str = "kk", role: str = "") -> tuple[Account, str]:
        """Enter a person who can sign in with the password of a slip; answer account and password."""
        account = self.person(language=language, role=role)
        password = self.slip(account)
        self.arrives(account, requiredActions=["UPDATE_PASSWORD"])
        return account, password


@pytest.fixture(scope="session")
def settings(house: House) -> AuthSettings:
    """The settings auth of this house runs with."""
    environment = house.layout.service_environment("auth") | house.settings
    return AuthSettings.load("auth", environment)


@pytest.fixture(scope="session")
def academy(house: House, settings: AuthSettings) -> Iterator[Academy]:
    """The people of this run."""
    made = Academy(house, settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def provider(settings: AuthSettings) -> oidc.Provider:
    """Our client of the realm, without what it remembers."""
    return oidc.Provider(
        settings.keycloak_url,
        settings.keycloak_realm,
        settings.keycloak_client_secret,
        settings.public_url,
    )


@dataclass
class Visitor:
    """A person at a browser of their own."""

    house: House
    context: BrowserContext
    page: Page

    def go(self, path: str) -> int:
        """Open an address of the house; answer the status."""
        answer = self.page.goto(self.house.url + path)
        assert answer is not None
        return answer.status

    def begin(self, path: str = "/auth/me") -> None:
        """Open the sign-in page and follow its link to Keycloak."""
        self.go(f"/auth/login?{urlencode({'next': path})}")
        self.page.locator("#to-keycloak").click()
        self.page.wait_for_url(lambda url: "/auth/login" not in url and "/sign-in" not in url)

    def type_in(self, login: str, password: str) -> None:
        """Fill Keycloak's sign-in form in and send it."""
        self.page.locator("#username").fill(login)
        self.page.locator("#password").fill(password)
        self.page.locator("#kc-login").click()

    def choose(self, password: str) -> None:
        """Fill Keycloak's form for a new password in and send it."""
        self.page.locator("#password-new").fill(password)
        self.page.locator("#password-confirm").fill(password)
        self.page.locator("[type=submit]:not([name=cancel-aia])").first.click()

    def first_sign_in(self, login: str, slip: str, own: str, path: str = "/auth/me") -> None:
        """Sign in with a slip's password and choose another one."""
        self.begin(path)
        self.type_in(login, slip)
        self.choose(own)
        self.page.wait_for_url(f"{self.house.url}{path}")

    @property
    def at(self) -> str:
        """The host and port shown in the address line."""
        return urlsplit(self.page.url).netloc

    def signed_in(self) -> bool:
        """Tell whether the house knows this browser."""
        self.go("/auth/me")
        return urlsplit(self.page.url).path == "/auth/me"


@pytest.fixture
def visitor(house: House, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open browsers: `visitor("ru")`."""
    opened: list[BrowserContext] = []

    def open_(language: str = "kk", *, viewport: Any = None, theme: str = "light") -> Visitor:
        context = browser.new_context(viewport=viewport or WIDE, reduced_motion="reduce", color_scheme=theme)
        context.add_cookies(
            [{"name": "prefs", "value": preferences(language, theme), "url": f"{house.url}/"}]
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return Visitor(house, context, page)

    yield open_
    for context in opened:
        context.close()
