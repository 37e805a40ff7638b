"""Sign-in through Keycloak in Chromium, in Kazakh and Russian, and out again by both ways (clause 10)."""

from typing import Any

import pytest

OWN_PASSWORD = "Дала мен қыран төрт 44"
WORDS = {"kk": ("Логин", "Жүйеге кіру", "Жаңа құпиясөз"), "ru": ("Логин", "Войти", "Новый пароль")}


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
    assert person.page.locator("h1").inner_text() == WORDS[language][2]
    person.choose(OWN_PASSWORD)
    person.page.wait_for_url(f"{academy.house.url}/auth/me")
    assert account.login in person.page.locator("main").inner_text()
    rows = academy.house.sql(
        "auth", "select external_sub from identity where person_id = %s", account.person_id
    )
    assert rows == [(academy.at_keycloak(account.login)["id"],)]
