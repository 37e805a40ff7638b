"""Journey 7: the administrator blocks a teacher; the teacher's next click is refused."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from dev.browsing import Desk
from dev.demo import PASSWORD
from dev.testing import House

ORDER = {"#f-order_number": "91-к", "#f-order_date": "23.11.2026"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_next_click_of_a_blocked_teacher_is_refused(
    house: House, desk: Any, signed_in: dict[str, Any], language: str
) -> None:
    [(person, journal)] = house.sql(
        "auth", "select person_id::text, login from account where login = 'teacher2'"
    )
    admin, teacher = desk("admin", language), desk("teacher2", language)
    click = teacher.open("/journal/")
    journal = click.locator("a[href^='/journal/journals/']").first.get_attribute("href")
    form = weighty(admin, f"/auth/people/{person}/block")
    form.locator("#f-reason").fill("Қызметтік тексеру")
    for field, text in ORDER.items():
        form.locator(field).fill(text)
    admin.post(form, "main form .btn.danger")
    assert form.locator(".notice.warn").count() >= 1

    # The click: a page that was open a moment ago.
    teacher.expected.update({401, 403})
    click.locator("a[href^='/journal/journals/']").first.click()
    click.wait_for_load_state()
    assert click.locator("table.grid").count() == 0
    assert urlsplit(click.url).path in {"/auth/login", journal}
    answer = teacher.context.request.get(f"{house.url}/journal/api/v1/journals")
    assert answer.status == 401
    # Nor does the right password open anything, and the refusal is said in words.
    signed_in.pop("teacher2", None)
    again = desk("", language)
    view = again.open("/auth/login")
    view.locator("#f-login").fill("teacher2")
    view.locator("#f-password").fill(PASSWORD)
    again.post(view, "main form button")
    assert urlsplit(view.url).path == "/auth/login"
    assert len(view.locator("[role=alert]").inner_text()) > 15

    form = weighty(admin, f"/auth/people/{person}/unblock")
    for field, text in ORDER.items():
        form.locator(field).fill(text)
    admin.post(form, "main form .btn:not(.quiet)")
    assert desk("teacher2", language).open("/journal/").locator("a[href^='/journal/journals/']").count() > 0


def weighty(admin: Desk, path: str) -> Any:
    """Open a page that wants a fresh proof of who it is."""
    page = admin.page()
    admin.go(page, path)
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        admin.post(page, "main form button")
    assert urlsplit(page.url).path == path
    return page
