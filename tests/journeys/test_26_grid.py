"""Journey 26: the grade grid of 60 x 60 before the house, in kk and ru: fast hands, blocks, a sign-in that ends, no script, a phone, paper.

Every line of the grid has its own test beside the service (services/ejournal/tests/journal); here is what needs the whole house.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from dev import large_journal
from dev.bench import grid as measured
from dev.bench.stage import Stage
from dev.browsing import NARROW, overflow, violations
from dev.testing import House

SIZE = 60


@pytest.fixture(scope="module")
def sheet(house: House) -> Iterator[str]:
    """A full journal of the second teacher's that nobody else sees; closed when the journey is over."""
    [(teacher,)] = house.sql("auth", "select person_id from account where login = 'teacher2'")
    stage = Stage(house)
    with stage.session("ejournal") as session:
        journal = large_journal.make(session, rows=SIZE, columns=SIZE, teachers=[teacher])
    yield f"/journal/journals/{journal}"
    with stage.session("ejournal") as session:
        large_journal.put_away(session, journal)


def saved(page: Any) -> None:
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "ok", timeout=20_000)
    expect(page.locator("td.dirty, td.bad, td.conf, li.dirty, li.bad")).to_have_count(0)


def at(page: Any, row: int, column: int) -> Any:
    return page.locator("table.grid tbody tr").nth(row).locator("td").nth(column)


def field(page: Any, row: int) -> Any:
    return page.locator("ol.grid-one li").nth(row).locator("input[name^='v:']")


def test_a_sheet_of_sixty_by_sixty_under_fast_hands(
    house: House, desk: Any, sheet: str, tell: Callable[[str], None]
) -> None:
    teacher = desk("teacher2", "kk")
    teacher.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = teacher.open(sheet)
    page.wait_for_selector("input.cell")
    page.evaluate(measured.OBSERVE)
    typed = measured.longest(page, measured.type_and_move)
    saved(page)
    whole = {name: measured.longest(page, act) for name, act in measured.WHOLE.items()}
    saved(page)
    # 60 x 60 pasted, undone, done again, filled and cleared, much of it while answers were under way: no mark is left on the server.
    count = "select count(value) from cell where journal_id = %s::uuid"
    assert house.sql("ejournal", count, sheet.rpartition("/")[2]) == [(0,)]
    page.keyboard.press("Control+z")  # the clearing
    page.keyboard.press("Control+z")  # the filling
    saved(page)
    assert at(page, SIZE - 1, SIZE - 1).inner_text().strip() == str(50 + (2 * SIZE - 2) % 50)
    page.reload()
    page.wait_for_selector("input.cell")
    assert at(page, SIZE - 1, 3).inner_text().strip() == str(50 + (SIZE + 2) % 50)
    acts = ", ".join(f"{name} {one:.0f}" for name, one in whole.items())
    tell(f"grid of 60 x 60, longest interaction (Event Timing): typing and moving {typed:.0f} ms; {acts} ms")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_sign_in_that_ends_loses_nothing(house: House, desk: Any, sheet: str, language: str) -> None:
    teacher = desk("", language)
    teacher.expected.add(401)
    teacher.sign_in("teacher2").close()
    page = teacher.open(sheet)
    page.wait_for_selector("input.cell")
    place = 0 if language == "kk" else 1
    # Signed out in another tab.
    other = teacher.open("/portal/")
    other.evaluate(
        "() => fetch('/auth/logout', { method: 'POST', redirect: 'manual' }).then(answer => answer.status)"
    )
    other.close()
    at(page, 5, place).click()
    page.keyboard.type("93")
    page.keyboard.press("Enter")
    button = page.locator("[data-signin]")
    expect(button).to_be_visible()
    assert len(page.locator("[data-save]").inner_text()) > 30
    # The tab is lost as well; the address is opened anew, leads to the sign-in, and comes back to the cell.
    page.close()
    page = teacher.sign_in("teacher2", path=sheet)
    page.wait_for_url(f"**{sheet}")
    page.wait_for_selector("input.cell")
    saved(page)
    expect(at(page, 6, place).locator("input")).to_be_focused()
    assert at(page, 5, place).inner_text().strip() == "93"
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('journal:')).length") == 0


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_without_script_a_lesson_is_a_form(
    house: House, desk: Any, browser: Any, sheet: str, language: str
) -> None:
    signed = desk("teacher2", language)
    context = browser.new_context(
        base_url=house.url, java_script_enabled=False, storage_state=signed.context.storage_state()
    )
    page = context.new_page()
    page.goto(sheet)
    page.locator("table.grid thead th[data-c] a").nth(2 if language == "kk" else 3).click()
    page.wait_for_url("**/columns/*")
    field(page, 0).fill("101")
    field(page, 1).fill("75")
    page.locator("form[data-column] button").click()
    expect(field(page, 0)).to_have_value("101")
    expect(field(page, 0)).to_have_attribute("aria-invalid", "true")
    assert "101" in page.locator(f"#{field(page, 0).get_attribute('aria-describedby')}").inner_text()
    field(page, 0).fill("100")
    page.locator("form[data-column] button").click()
    expect(page.locator(".wrong")).to_have_count(0)
    expect(field(page, 0)).to_have_value("100")
    expect(field(page, 1)).to_have_value("75")
    context.close()


@pytest.mark.parametrize(("language", "theme"), [("kk", "light"), ("ru", "dark")])
def test_a_phone_has_one_lesson_as_a_list(desk: Any, sheet: str, language: str, theme: str) -> None:
    teacher = desk("teacher2", language, viewport=NARROW, theme=theme)
    page = teacher.open(sheet)
    assert overflow(page) == []
    assert violations(page) == []
    page.locator("a.only-narrow").click()
    page.wait_for_url("**/columns/*")
    assert violations(page) == []
    assert overflow(page) == []
    row = 10 if language == "kk" else 20
    for text in ("88", "89"):
        field(page, row).click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        saved(page)
        expect(field(page, row + 1)).to_be_focused()
    page.reload()
    expect(field(page, row)).to_have_value("89")


def test_on_paper_nothing_of_the_screen_is_left(desk: Any, sheet: str) -> None:
    page = desk("teacher2", "ru").open(sheet)
    page.wait_for_selector("input.cell")
    page.emulate_media(media="print")
    expect(page.locator("input.cell")).to_be_hidden()
    expect(page.locator("[data-undo]")).to_be_hidden()
    expect(page.locator(".statusline")).to_be_hidden()
    frame = page.locator(".grid-frame")
    assert frame.evaluate("frame => frame.scrollHeight <= frame.clientHeight + 1")
