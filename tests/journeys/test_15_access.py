"""Journey 15: an administrator makes a role, sees what it opens, gives it, appoints a deputy, asks why, and reviews the lines (clause 9)."""

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.browsing import Desk
from dev.demo import PASSWORD
from dev.testing import House

WORDS = {
    "kk": {"new": "жаңа", "yes": "Иә, болады", "no": "Жоқ, болмайды"},
    "ru": {"new": "новое", "yes": "Да, можно", "no": "Нет, нельзя"},
}
RIGHT = "ejournal.journal.read"


def weighty(admin: Desk, page: Any, path: str) -> None:
    """Open a page that may want a fresh proof of who it is."""
    admin.go(page, path)
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        admin.post(page, "main form button")
    assert urlsplit(page.url).path == path


def order(page: Any) -> None:
    page.locator("#f-order_number").fill("115-қ")
    page.locator("#f-order_date").fill("25.11.2026")


def enter_person(admin: Desk, page: Any, number: str, family: str) -> str:
    """Enter somebody and open their account; answer the address of their page."""
    admin.go(page, "/auth/people/new")
    for field, text in {"number": number, "family_name": family, "given_name": "Дана"}.items():
        page.locator(f"#f-{field}").fill(text)
    admin.post(page, "main form .btn:not(.quiet)")
    place = urlsplit(page.url).path
    admin.post(page, f"form[action='{place}/account'] button")
    return place


def ask_why(admin: Desk, page: Any, person: str) -> Any:
    admin.go(page, f"/auth/why?person={person.rsplit('/', 1)[1]}&permission={RIGHT}")
    return page.locator("#answer")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_from_a_role_to_the_answer_why(house: House, desk: Any, language: str) -> None:
    words, tag = WORDS[language], f"{language}{secrets.token_hex(3)}"
    admin = desk("admin", language)
    page = admin.page()
    head = enter_person(admin, page, f"AC-{tag}-1", "Басшыбаев")
    deputy = enter_person(admin, page, f"AC-{tag}-2", "Орынбасаров")
    assert words["no"] in ask_why(admin, page, head).inner_text()

    # A role of the academy's own, with two rights.
    weighty(admin, page, "/auth/roles/new")
    for field, text in {
        "code": f"duty_{tag}",
        "title_kk": f"Кезекші {tag}",
        "title_ru": f"Дежурный {tag}",
    }.items():
        page.locator(f"#f-{field}").fill(text)
    for code in (RIGHT, "auth.role.read"):
        page.locator(f"input[value='{code}']").check()
    order(page)
    admin.post(page, "main form .btn:not(.quiet)")
    assert urlsplit(page.url).path == f"/auth/access/duty_{tag}"

    # What it opens is shown first, then it is given.
    weighty(admin, page, f"{head}/grants/new")
    page.locator("#f-role").select_option(f"duty_{tag}")
    page.locator("#f-scope_type").select_option("institution")
    order(page)
    admin.post(page, "main button[value='preview']")
    assert words["new"] in page.locator("#preview").inner_text()
    admin.post(page, "main form .btn:not(.quiet)")
    assert words["yes"] in ask_why(admin, page, head).inner_text()

    # The deputy exercises it for a term; both pages and the answer say so.
    weighty(admin, page, f"{head}/deputies/new")
    page.locator("#f-deputy").fill(f"AC-{tag}-2")
    [(later,)] = house.sql("auth", "select to_char(current_date + 9, 'DD.MM.YYYY')")
    page.locator("#f-valid_to").fill(later)
    order(page)
    admin.post(page, "main form .btn:not(.quiet)")
    assert "Орынбасаров" in page.locator("main").inner_text()
    answer = ask_why(admin, page, deputy).inner_text()
    assert words["yes"] in answer
    assert "Басшыбаев" in answer

    # Withdrawn by an order: the deputy loses it too, and the answer names the order.
    admin.go(page, head)
    withdraw = page.locator("a[href$='/withdraw']").first.get_attribute("href")
    weighty(admin, page, str(withdraw))
    order(page)
    admin.post(page, "main form .btn.danger")
    for person in (head, deputy):
        answer = ask_why(admin, page, person).inner_text()
        assert words["no"] in answer
        assert "№ 115-қ, 25.11.2026" in answer
    weighty(admin, page, f"/auth/roles/duty_{tag}/retire")
    order(page)
    admin.post(page, "main form .btn.danger")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_a_review_shows_its_progress(desk: Any, language: str) -> None:
    admin = desk("admin", language)
    page = admin.page()
    weighty(admin, page, "/auth/roles/new")
    admin.go(page, "/auth/reviews")
    begin = page.locator("form[action='/auth/reviews'] button")
    if begin.count():
        admin.post(page, begin)
    else:
        admin.go(page, str(page.locator("main table a").first.get_attribute("href")))
    assert page.locator("progress").count() == 1
    assert re.search(r"\d+ / \d+", page.locator(".progress").inner_text())
    admin.go(page, "/auth/reviews/lines?standing=open&role=librarian")
    if boxes := page.locator("input[name='lines']").all():
        boxes[0].check()
        admin.post(page, "main form[method='post'] .btn:not(.quiet)")
        assert page.locator(".notice.ok").count() == 1
