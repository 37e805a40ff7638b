"""Sign-in through Keycloak in Chromium, in Kazakh and Russian, and out again by both ways (clause 10)."""

from datetime import date, timedelta
from typing import Any

import pytest

from auth.accounts import blocking
from chassis.db import new_id
from dev.browsing import NARROW, overflow, violations
from dev.testing import until

OWN_PASSWORD = "Дала мен қыран төрт 44"
NEXT_PASSWORD = "Тау мен өзен бес 55"
HEADINGS = {"kk": "Жаңа құпиясөз", "ru": "Новый пароль"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_10_a_first_password_is_changed_at_keycloak_and_opens_the_house(
    academy: Any, visitor: Any, language: str
) -> None:
    account, slip = academy.ready(language=language)
    person = visitor(language)
    person.begin("/auth/me")
    assert person.at == academy.settings.keycloak_url.removeprefix("http://")
    assert person.page.locator("html").get_attribute("lang") == language
    person.type_in(account.login, slip)
    person.page.locator("h1", has_text=HEADINGS[language]).wait_for()
    person.choose(OWN_PASSWORD)
    person.page.wait_for_url(f"{academy.house.url}/auth/me")
    assert account.login in person.page.locator("main").inner_text()
    rows = academy.house.sql(
        "auth", "select external_sub from identity where person_id = %s", account.person_id
    )
    assert rows == [(academy.at_keycloak(account.login)["id"],)]
    # The slip is spent here, too: after a return to local passwords it opens nothing.
    spent = "select password_hash, must_change from account where person_id = %s"
    assert academy.house.sql("auth", spent, account.person_id) == [(None, False)]


def test_clause_10_a_wrong_password_and_a_blocked_account_open_nothing(academy: Any, visitor: Any) -> None:
    account, slip = academy.ready()
    person = visitor("kk")
    person.begin()
    person.type_in(account.login, "wrong wrong wrong")
    person.page.get_by_text("Логин немесе құпиясөз қате.").wait_for()
    academy.act(
        account,
        lambda session, one: blocking.block(
            session,
            account=one,
            reason="тексеру",
            order_number="7-к",
            order_date=date(2026, 11, 1),
            actor=new_id(),
        ),
    )
    academy.arrives(account, enabled=False)
    person.type_in(account.login, slip)
    person.page.get_by_text("Бұл есептік жазба бұғатталған").wait_for()
    assert person.at == academy.settings.keycloak_url.removeprefix("http://")
    assert not person.signed_in()


def test_clause_10_a_slip_that_expired_opens_nothing(academy: Any, visitor: Any) -> None:
    account, slip = academy.ready()

    def age(_session: Any, one: Any) -> None:
        one.slip_at, one.slip_expires_at = (
            moment - timedelta(days=15) for moment in (one.slip_at, one.slip_expires_at)
        )

    academy.act(account, age)
    person = visitor("kk")
    person.begin()
    person.type_in(account.login, slip)
    person.choose(OWN_PASSWORD)
    person.page.wait_for_url(f"{academy.house.url}/auth/keycloak/callback?*")
    assert "мерзімі өтті" in person.page.locator("h1").inner_text()
    assert not person.signed_in()


def test_an_account_made_in_keycloaks_console_opens_nothing(academy: Any, visitor: Any) -> None:
    login = f"console.{new_id().hex[-6:]}"
    with academy.admin() as server:
        user = {"username": login, "enabled": True, "firstName": "a", "lastName": "b"}
        server.create_user({**user, "credentials": [{"type": "password", "value": OWN_PASSWORD}]})
    person = visitor("ru")
    person.begin()
    person.type_in(login, OWN_PASSWORD)
    person.page.wait_for_url(f"{academy.house.url}/auth/keycloak/callback?*")
    assert "не связана" in person.page.locator("h1").inner_text()
    assert not person.signed_in()


def test_a_person_proves_it_is_them_and_changes_the_password_at_keycloak(academy: Any, visitor: Any) -> None:
    account, slip = academy.ready(role="account_administrator")
    person = visitor("ru")
    person.first_sign_in(account.login, slip, OWN_PASSWORD)
    before = academy.house.sql(
        "auth", "select auth_time from sign_in where person_id = %s", account.person_id
    )
    person.go("/auth/login?step_up=1&next=/auth/people")
    person.page.locator("#to-keycloak").click()
    person.page.locator("#password").fill(OWN_PASSWORD)
    person.page.locator("#kc-login").click()
    person.page.wait_for_url(f"{academy.house.url}/auth/people")
    after = academy.house.sql("auth", "select auth_time from sign_in where person_id = %s", account.person_id)
    assert len(after) == len(before) == 1
    assert after[0][0] > before[0][0]

    person.go("/auth/password?next=/auth/me")
    person.page.locator("#to-keycloak").click()
    person.choose(NEXT_PASSWORD)
    person.page.wait_for_url(f"{academy.house.url}/auth/me")
    fresh = visitor("ru")
    fresh.begin()
    fresh.type_in(account.login, NEXT_PASSWORD)
    fresh.page.wait_for_url(f"{academy.house.url}/auth/me")


def test_signing_out_here_signs_out_there(academy: Any, visitor: Any) -> None:
    account, slip = academy.ready()
    person = visitor("kk")
    person.first_sign_in(account.login, slip, OWN_PASSWORD)
    refused: list[str] = []
    person.page.on(
        "console", lambda said: refused.append(said.text) if "Content Security" in said.text else None
    )
    person.page.locator(".topbar-end .drop summary").last.click()
    person.page.locator("form[action='/auth/logout'] button").click()
    person.page.wait_for_url(f"{academy.house.url}/auth/login*")
    assert refused == []
    assert not person.signed_in()
    person.begin()
    person.page.locator("#password").wait_for()  # Keycloak remembers nobody


def test_signing_out_there_signs_out_here(academy: Any, visitor: Any) -> None:
    account, slip = academy.ready()
    person = visitor("kk")
    person.first_sign_in(account.login, slip, OWN_PASSWORD)
    with academy.admin() as server:
        server.end_sessions(academy.at_keycloak(account.login)["id"])
    ask = "select end_reason from sign_in where person_id = %s and ended_at is not null"
    until(
        lambda: academy.house.sql("auth", ask, account.person_id) == [("keycloak",)], "the session ended", 20
    )
    assert not person.signed_in()


def test_a_password_changed_at_keycloak_makes_the_local_one_void(academy: Any, visitor: Any) -> None:
    """Else an old password would work again on the day of a return; the worker hears of it from Keycloak's events."""
    account, password = academy.ready()
    # As if the person had chosen the password here: nothing but Keycloak's events then knows of the change there.
    academy.act(account, lambda _session, one: setattr(one, "must_change", False))
    academy.settled(account.person_id)
    stored = "select password_hash is null from account where person_id = %s"
    assert academy.house.sql("auth", stored, account.person_id) == [(False,)]
    visitor("ru").first_sign_in(account.login, password, OWN_PASSWORD)
    until(
        lambda: academy.house.sql("auth", stored, account.person_id) == [(True,)],
        "the local hash is gone",
        90,
    )


@pytest.mark.parametrize(("language", "theme"), [("kk", "light"), ("ru", "dark")])
def test_the_pages_on_the_way_are_the_academys_and_axe_finds_nothing(
    academy: Any, visitor: Any, language: str, theme: str
) -> None:
    account, slip = academy.ready(language=language)
    person = visitor(language, viewport=NARROW, theme=theme)
    person.go("/auth/login")
    found = violations(person.page) + overflow(person.page)
    person.go("/auth/keycloak/callback?state=x&code=x")
    found += violations(person.page) + overflow(person.page)
    person.begin()
    assert "Onest" in person.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    found += [line for line in violations(person.page) if "color-contrast" in line] + overflow(person.page)
    person.type_in(account.login, slip)
    person.page.locator("#password-new").wait_for()
    found += [line for line in violations(person.page) if "color-contrast" in line] + overflow(person.page)
    assert found == []
