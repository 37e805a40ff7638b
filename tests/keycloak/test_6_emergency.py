"""The emergency door: named administrators alone, password and one-time code, when Keycloak is dead; every use on record (clause 10)."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest

from auth.accounts import passwords
from auth.factors import service as factors
from auth.keycloak import emergency
from chassis import clock
from chassis.db import new_id, unit_of_work
from dev.browsing import NARROW, overflow, violations
from dev.testing import until

LOCAL_PASSWORD = "Тау мен өзен бес 55"
OWN_PASSWORD = "Дала мен қыран төрт 44"


def with_factor(academy: Any) -> tuple[Any, pyotp.TOTP]:
    """Enter an administrator with a local password and an authenticator, as they would have done before the switch."""
    account = academy.person(role="account_administrator", language="ru")
    academy.arrives(account, enabled=True)
    key = academy.settings.secret_key

    def enrol(session: Any, one: Any) -> str:
        one.password_hash, one.must_change = passwords.hash_password(LOCAL_PASSWORD), False
        one.password_at = clock.now()
        secret = factors.secret_of(
            factors.begin(session, person_id=one.person_id, secret_key=key), secret_key=key
        )
        earlier = pyotp.TOTP(secret).at(
            clock.now() - timedelta(seconds=30)
        )  # the present code is for the sign-in
        factors.confirm(session, account=one, code=earlier, address="test", secret_key=key, keep=new_id())
        return secret

    return account, pyotp.TOTP(academy.act(account, enrol))


def name(academy: Any, account: Any) -> None:
    with unit_of_work(academy.engine) as session:
        emergency.name(
            session, login=account.login, order_number="9-к", order_date=date(2026, 11, 20), actor=new_id()
        )
    until(lambda: academy.at_keycloak(account.login) is None, "the account is not at Keycloak any more", 60)
    academy.settled(account.person_id)


def enter(person: Any, login: str, password: str, code: str) -> None:
    person.go("/auth/emergency?next=/auth/emergency-accounts")
    for field, text in (("login", login), ("password", password), ("code", code)):
        person.page.locator(f"#f-{field}").fill(text)
    with person.page.expect_navigation():
        person.page.locator("main form button").click()


@pytest.fixture
def dead(server: Any) -> Iterator[None]:
    """A Keycloak whose process has been stopped in its tracks."""
    server.hang()
    yield
    server.go_on()


@pytest.fixture
def administrator(academy: Any) -> tuple[Any, pyotp.TOTP]:
    """A named administrator, ready."""
    account, otp = with_factor(academy)
    name(academy, account)
    return account, otp


def test_clause_10_a_named_administrator_gets_in_when_keycloak_is_dead(
    administrator: Any, academy: Any, visitor: Any, dead: None
) -> None:
    account, otp = administrator
    person = visitor("ru", viewport=NARROW)
    person.go("/auth/emergency")
    assert violations(person.page) + overflow(person.page) == []
    enter(person, account.login, LOCAL_PASSWORD, otp.at(clock.now()))
    # Every use is shown, this one too, with who and from where.
    assert urlsplit(person.page.url).path == "/auth/emergency-accounts"
    shown = person.page.locator("main").inner_text()
    assert account.person.full_name in shown
    assert "127.0.0.1" in shown
    assert violations(person.page) + overflow(person.page) == []
    acts = academy.house.sql(
        "auth", "select act from chassis.audit_row where subject = %s", f"person:{account.person_id}"
    )
    assert ("auth.emergency.used",) in acts
    # It works: what needs a fresh sign-in opens, and signing out does not ask Keycloak.
    assert person.go("/auth/keycloak") == 200
    person.page.context.clear_cookies(name="at")
    assert person.signed_in()


@pytest.mark.parametrize("wrong", ["password", "code", "no code", "not named"])
def test_clause_10_whatever_is_wrong_the_words_are_the_same_and_it_is_on_record(
    academy: Any, visitor: Any, wrong: str
) -> None:
    account, otp = with_factor(academy)
    if wrong != "not named":
        name(academy, account)
    code = {"code": "000000", "no code": "x"}.get(wrong, otp.at(clock.now()))
    person = visitor("ru")
    enter(person, account.login, "wrong wrong wrong" if wrong == "password" else LOCAL_PASSWORD, code)
    assert person.page.locator("[role=alert]").inner_text() in {
        "Неверный логин, пароль или код.",
        "Неверный логин или пароль.",
    }
    assert not person.signed_in()
    tried = academy.house.sql(
        "auth",
        "select count(*) from chassis.audit_row where act = 'auth.emergency.failed' and subject = %s",
        f"person:{account.person_id}",
    )
    assert tried == [(0 if wrong == "password" else 1,)]


def test_an_administrator_is_named_and_withdrawn_by_page(academy: Any, visitor: Any) -> None:
    admin, slip = academy.ready(role="account_administrator", language="kk")
    account, _otp = with_factor(academy)
    person = visitor("kk")
    person.first_sign_in(admin.login, slip, OWN_PASSWORD, "/auth/emergency-accounts")
    for field, text in (
        ("login", f"nobody.{secrets.token_hex(3)}"),
        ("order_number", "9-к"),
        ("order_date", "20.11.2026"),
    ):
        person.page.locator(f"#f-{field}").fill(text)
    with person.page.expect_navigation():
        person.page.locator("form[action='/auth/emergency-accounts'] button").click()
    assert person.page.locator("#f-login-err").is_visible()
    person.page.locator("#f-login").fill(account.login)
    with person.page.expect_navigation():
        person.page.locator("form[action='/auth/emergency-accounts'] button").click()
    row = person.page.locator("li", has_text=account.login)
    assert "дайын" in row.inner_text()
    until(lambda: academy.at_keycloak(account.login) is None, "the account left Keycloak", 60)
    with person.page.expect_navigation():
        row.locator("button").click()
    academy.arrives(account, enabled=True)


def test_after_keycloak_the_academys_own_second_factor_is_asked(academy: Any, visitor: Any) -> None:
    account, otp = with_factor(academy)
    academy.arrives(account, requiredActions=[])
    person = visitor("ru")
    person.begin("/auth/me")
    person.type_in(account.login, LOCAL_PASSWORD)
    person.page.wait_for_url("**/auth/code*")
    assert not person.signed_in()
    person.go("/auth/code?next=/auth/me")
    person.page.locator("#f-code").fill(otp.at(clock.now()))
    person.page.locator("main form button").first.click()
    person.page.wait_for_url(f"{academy.house.url}/auth/me")
    joined = "select amr, session_id <> '' from sign_in join keycloak_sign_in on sign_in_id = id where person_id = %s"
    assert academy.house.sql("auth", joined, account.person_id) == [("pwd otp mfa", True)]
