"""Journey 13: a second factor is set up, asked for, lost and taken off; the academy makes it a rule for a role."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest

from chassis import clock
from dev.bench.crowd import make_members
from dev.bench.stage import Stage
from dev.browsing import Desk, overflow, violations
from dev.demo import PASSWORD
from dev.testing import House

OWN_PASSWORD = "saffron kites over the steppe"
ROLE = "quality_officer"
TITLES = {"kk": "Екінші фактор коды", "ru": "Код второго фактора"}
REQUIRED = {"kk": "Рөліңіз екінші факторды талап етеді", "ru": "Ваша роль требует второго фактора"}
HERE = "/auth/second-factor"


def path_of(page: Any) -> str:
    return urlsplit(page.url).path


class Phone:
    """An authenticator whose owner is never late: each code is one that was not shown yet."""

    def __init__(self, secret: str) -> None:
        self._totp, self._last = pyotp.TOTP(secret), 0

    def code(self) -> str:
        """Show a code the server takes now: of this step, or of the next one, which it takes too."""
        now = int(clock.now().timestamp()) // 30
        self._last = max(self._last + 1, now)
        assert self._last <= now + 1, "two codes within one step are all there are"
        return self._totp.generate_otp(self._last)


def set_up(desk: Desk, page: Any) -> tuple[Phone, list[str]]:
    """Set a second factor up on the open page; answer the phone and the recovery codes."""
    desk.post(page, f"form[action^='{HERE}?'] button")
    assert page.locator("img.factor-qr").evaluate("image => image.complete && image.naturalWidth > 0")
    assert violations(page) + overflow(page) == []
    phone = Phone(page.locator(".factor-key").inner_text().replace(" ", ""))
    page.locator("#f-code").fill(phone.code())
    desk.post(page, "form[action*='/confirm'] button")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    assert violations(page) + overflow(page) == []
    return phone, codes


def enter_password(desk: Desk, login: str, password: str, path: str = "/portal/") -> Any:
    page = desk.open(f"/auth/login?next={path}")
    page.locator("#f-login").fill(login)
    page.locator("#f-password").fill(password)
    desk.post(page, "main form button")
    return page


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_10_a_second_factor_from_set_up_to_loss(house: House, desk: Any, language: str) -> None:
    [member] = make_members(Stage(house), 1, OWN_PASSWORD)
    person = desk("", language)
    page = person.sign_in(member.login, OWN_PASSWORD)
    person.go(page, HERE)
    phone, codes = set_up(person, page)
    person.post(page, "main a.btn")
    assert path_of(page) == "/portal/"

    # The password alone: a page that asks for the code, and nothing else opens.
    fresh = desk("", language)
    page = enter_password(fresh, member.login, OWN_PASSWORD, "/portal/notices")
    assert path_of(page) == "/auth/code"
    assert page.locator("h1").inner_text() == TITLES[language]
    assert violations(page) + overflow(page) == []
    other = fresh.open("/portal/")
    assert path_of(other) == "/auth/login"
    page.locator("#f-code").fill("000000")
    fresh.post(page, "main form button")
    assert page.locator(".summary").is_visible()
    page.locator("#f-code").fill(phone.code())
    fresh.post(page, "main form button")
    assert path_of(page) == "/portal/notices"

    # The phone is lost: one of the ten codes opens once.
    for code, opens in ((codes[0], True), (codes[0], False), (codes[1], True)):
        lost = desk("", language)
        page = enter_password(lost, member.login, OWN_PASSWORD)
        page.locator("#f-code").fill(code)
        lost.post(page, "main form button")
        assert (path_of(page) == "/portal/") is opens

    # The unit takes it off by an order; the open sign-ins end, and the password alone opens again.
    admin = desk("admin", language)
    form = weighty(admin, f"/auth/people/{member.person_id}/second-factor")
    form.locator("#f-order_number").fill("14-к")
    form.locator("#f-order_date").fill("25.11.2026")
    admin.post(form, "main form .btn.danger")
    assert path_of(form) == f"/auth/people/{member.person_id}"
    lost.go(page, "/portal/notices")
    assert path_of(page) == "/auth/login"
    again = desk("", language)
    assert path_of(enter_password(again, member.login, OWN_PASSWORD)) == "/portal/"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_the_academy_asks_a_role_for_a_second_factor(house: House, desk: Any, language: str) -> None:
    [member] = make_members(Stage(house), 1, OWN_PASSWORD)
    give(house, member.person_id)
    admin = desk("admin", language)
    rule = weighty(admin, "/auth/policy")
    box = f"#f-second_factor_roles-{ROLE}"
    assert violations(rule) + overflow(rule) == []
    rule.locator(box).check()
    admin.post(rule, "main form .form-end .btn")
    try:
        assert rule.locator(box).is_checked()
        person = desk("", language)
        page = enter_password(person, member.login, OWN_PASSWORD)
        assert path_of(page) == HERE
        assert REQUIRED[language] in page.locator("main").inner_text()
        other = person.open("/portal/")
        assert path_of(other) == HERE
        set_up(person, page)
        person.post(page, "main a.btn")
        assert path_of(page) == "/portal/"
    finally:
        rule.locator(box).uncheck()
        admin.post(rule, "main form .form-end .btn")
    assert not rule.locator(box).is_checked()


def give(house: House, person_id: Any) -> None:
    """Give the role on the basis of an order."""
    from auth.access import service as access
    from auth.people import service as people

    with Stage(house).session("auth") as session:
        access.give_template(
            session,
            person=people.get_or_raise(session, person_id),
            role=ROLE,
            scope_type="institution",
            order_number="15-к",
            order_date=clock.today() - timedelta(days=1),
            actor=None,
        )


def weighty(admin: Desk, path: str) -> Any:
    """Open a page that wants a fresh proof of who it is."""
    page = admin.page()
    admin.go(page, path)
    if path_of(page) == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        admin.post(page, "main form button")
    assert path_of(page) == path
    return page
