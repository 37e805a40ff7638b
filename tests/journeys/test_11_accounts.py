"""Journey 11: the life of a login: slip, forced change, one-time code, last day, deletion; in the browser, in Kazakh and Russian."""

import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis import clock
from dev.browsing import Desk, text_of
from dev.demo import PASSWORD
from dev.testing import House

ORDER = {"order_number": "58-ж", "order_date": "24.11.2026"}
OWN, NEXT = "Дала мен қыран төрт 44", "Өзен жағасындағы тал 17"
WORDS = {
    "kk": {"leaked": "ұрланған құпиясөздер", "wrong": "Логин немесе құпиясөз қате", "used": "Логин немесе код қате"},
    "ru": {"leaked": "похищенных паролей", "wrong": "Неверный логин или пароль", "used": "Логин или код неверны"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_10_the_life_of_a_login(house: House, desk: Any, language: str) -> None:
    admin, owner, words = desk("admin", language), desk("", language), WORDS[language]
    person, login = enter(admin, language)

    # The slip: on paper, in the person's language, with the day it ends.
    page = weighty(admin, f"/auth/people/{person}/slip")
    with page.expect_download() as download:
        page.locator(f"main form[action$='/{person}/slip'] button").click()
    [slip] = text_of(download.value.path().read_bytes())
    until = clock.today() + timedelta(days=14)
    assert f"{until:%d.%m.%Y}" in slip
    first = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", slip)[0]  # type: ignore[index]

    # The first password opens its change alone; a leaked one is refused at the field.
    page = owner.sign_in(login, first)
    assert urlsplit(page.url).path == "/auth/password"
    owner.expected.add(422)
    choose(owner, page, "sunshine2026!")
    assert words["leaked"] in page.locator("#f-new-err").inner_text()
    choose(owner, page, OWN)
    owner.go(page, "/auth/me")

    # A code is read out; it works once, and the sign-ins before it are over.
    shown = weighty(admin, f"/auth/people/{person}/code")
    admin.post(shown, f"main form[action$='/{person}/code'] button")
    code = shown.locator("#code").inner_text()
    owner.go(page, "/auth/login")
    fresh = desk("", language)
    door = fresh.open("/auth/login")
    with door.expect_navigation():
        door.locator("a[href='/auth/one-time-code']").click()
    redeem(fresh, door, login.upper(), code.upper())
    assert urlsplit(door.url).path == "/auth/login"
    again = fresh.open("/auth/one-time-code")
    redeem(fresh, again, login, code)
    assert words["used"] in again.locator("[role=alert]").inner_text()
    fresh.sign_in(login, NEXT, path="/auth/me")

    # The last day: by an order, and on the list of what ends soon.
    day = clock.today() + timedelta(days=10)
    term = weighty(admin, f"/auth/people/{person}/term")
    fill(term, ORDER | {"expires_on": f"{day:%d.%m.%Y}"})
    admin.post(term, "main form .btn:not(.quiet)")
    ending = admin.open("/auth/accounts/ending")
    assert ending.locator(f"a[href='/auth/people/{person}']").count() == 1

    # Deletion in two steps; the id and the login stay, the door is shut.
    gone = weighty(admin, f"/auth/people/{person}/delete")
    fill(gone, ORDER | {"reason": "Оқудан шығарылды"})
    admin.post(gone, "main form .btn.danger")
    gone.locator("#f-login").fill(login)
    admin.post(gone, "main form .btn.danger")
    assert urlsplit(gone.url).path == f"/auth/people/{person}"
    assert login in gone.locator("main").inner_text()
    last = desk("", language).open("/auth/login")
    fill(last, {"login": login, "password": NEXT})
    with last.expect_navigation():
        last.locator("main form button").click()
    assert words["wrong"] in last.locator("[role=alert]").inner_text()
    [(status, number)] = house.sql(
        "auth", "select p.status, count(a.login) from person p join account a on a.person_id = p.id where p.id = %s::uuid group by 1", person
    )  # fmt: skip
    assert (status, number) == ("left", 1)


def enter(admin: Desk, language: str) -> tuple[str, str]:
    """Enter a person with an account; answer the id and the login."""
    page = admin.open("/auth/people/new")
    number = f"J11{language.upper()}{secrets.token_hex(3)}"
    fill(page, {"number": number, "family_name": "Тұрсынов", "given_name": "Әлішер"})
    page.locator("#f-kind").select_option("staff")
    page.locator("#f-language").select_option(language)
    admin.post(page, "main form .btn:not(.quiet)")
    person = urlsplit(page.url).path.rpartition("/")[2]
    admin.post(page, f"main form[action$='/{person}/account'] button")
    found = admin.house.sql("auth", "select login from account where person_id = %s::uuid", person)
    return person, str(found[0][0])


def fill(page: Any, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(value)


def choose(desk: Desk, page: Any, password: str) -> None:
    fill(page, {"new": password, "again": password})
    desk.post(page, "main form button")


def redeem(desk: Desk, page: Any, login: str, code: str) -> None:
    fill(page, {"login": login, "code": code, "new": NEXT, "again": NEXT})
    desk.post(page, "main form button")


def weighty(admin: Desk, path: str) -> Any:
    """Open a page that wants a fresh proof of who it is, and give it where it is asked for."""
    page = admin.open(path)
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        admin.post(page, "main form button")
    assert urlsplit(page.url).path == path
    return page
