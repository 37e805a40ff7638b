"""Nothing typed is lost: tabs, networks and sign-ins that end; and nothing is sent in another person's name."""

import pytest
from playwright.sync_api import Page, expect
from services.ejournal.tests.academy import WRITER, cell
from services.ejournal.tests.journal.sheets import at, enter, kept, offline, paste, saved, stored

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def sign_in(page: Page, client) -> None:
    page.context.set_extra_http_headers({"Authorization": f"Bearer {client.token}"} if client else {})


def changes(academy, teacher, row: int, column: int) -> list[str | None]:
    person, one = academy.key(row, column).split(":")
    path = f"/journal/api/v1/journals/{academy.journal}/cells/{person}/{one}/changes"
    return [change["new"] for change in teacher.get(path).get_json()["items"]]


def test_a_closed_tab_is_taken_over_by_the_next(page, academy, teacher, path) -> None:
    page.route("**/cells", lambda route: route.abort())
    enter(page, "77", "78")
    offline(page)
    context = page.context
    page.close()
    later = context.new_page()
    later.goto(path)
    expect(later.locator("[data-said]")).to_have_text("Осы құрылғыдан қалпына келтірілгені: 2")
    saved(later, "Сақталғаны: 2")
    assert stored(academy, teacher) == {(0, 0): "77", (1, 0): "78"}
    expect(at(later, 2, 0).locator("input")).to_be_focused()
    assert kept(later) == 0


def test_an_answer_lost_with_its_tab_does_not_make_a_conflict_with_oneself(
    page, academy, teacher, path
) -> None:
    def land_and_lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/cells", land_and_lose)
    enter(page, "77")
    offline(page)
    page.keyboard.press("ArrowUp")
    enter(page, "88")  # over a version that this page has never heard of
    page.unroute("**/cells")
    page.goto("about:blank")
    page.goto(path)
    saved(page, "Сақталғаны: 2")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert changes(academy, teacher, 0, 0) == ["88", "77"]


def test_a_network_that_comes_back(page, academy, teacher) -> None:
    page.context.set_offline(True)
    enter(page, "77")
    offline(page)
    assert stored(academy, teacher) == {}
    page.context.set_offline(False)
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "77"}


def test_signing_in_again_in_another_tab(page, academy, teacher) -> None:
    sign_in(page, None)
    enter(page, "77")
    expect(page.locator("[data-signin]")).to_be_visible()
    sign_in(page, teacher)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    saved(page, "Сақталғаны: 1")
    expect(page.locator("[data-signin]")).to_be_hidden()
    assert stored(academy, teacher) == {(0, 0): "77"}


def test_another_person_on_the_same_device_sends_nothing_of_the_first(
    page, academy, teacher, client, path
) -> None:
    colleague = client(WRITER, academy.colleague)
    page.route("**/cells", lambda route: route.abort())
    enter(page, "77")
    offline(page)
    page.unroute("**/cells")
    # The colleague signs in: the open page of the first keeps its own.
    sign_in(page, colleague)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-save]")).to_contain_text("жүйеге басқа адам кірді")
    assert stored(academy, teacher) == {}
    # The colleague's own page has nothing to restore, and saves only what the colleague types.
    other = page.context.new_page()
    other.goto(path)
    enter(other, "", "60")
    saved(other, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(1, 0): "60"}
    other.close()
    # The first is back: all is there, in the own name.
    sign_in(page, teacher)
    page.reload()
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "77", (1, 0): "60"}
    assert changes(academy, teacher, 0, 0) == ["77"]


def test_a_page_of_another_person_publishes_nothing(page, academy, client) -> None:
    enter(page, "77")
    saved(page)
    page.keyboard.press("ArrowUp")
    sign_in(page, client(WRITER, academy.colleague))
    page.locator("[data-publish]").click()
    expect(page.locator("[data-said]")).to_have_text("Қазір жүйеге басқа адам кірген")
    assert not any(row.publication for row in academy.column_rows())


def test_two_tabs_of_one_person_know_of_each_other(page, academy, teacher, path) -> None:
    other = page.context.new_page()
    other.goto(path)
    page.bring_to_front()
    paste(page, "80\t75\t88\t85\t95\t84")
    saved(page)
    expect(at(other, 0, 1)).to_have_text("75")
    expect(at(other, 0, 9)).to_have_text("85")
    # What one tab has saved is no conflict in the other.
    other.bring_to_front()
    at(other, 0, 0).click()
    enter(other, "81")
    saved(other, "Сақталғаны: 1")
    expect(at(page, 0, 0)).to_have_text("81")
    assert changes(academy, teacher, 0, 0) == ["81", "80"]


def test_one_tab_does_not_clear_what_another_could_not_send(page, academy, teacher, path) -> None:
    page.route("**/cells", lambda route: route.abort())
    enter(page, "77")
    offline(page)
    other = page.context.new_page()
    other.goto(path)
    at(other, 1, 0).click()
    enter(other, "66")
    saved(other, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(1, 0): "66"}
    assert kept(other) == 1
    # The tab ends without having been able to send: the one that stays takes over.
    page.close()
    saved(other, "Сақталғаны: 2")
    assert stored(academy, teacher) == {(0, 0): "77", (1, 0): "66"}
    assert kept(other) == 0


def test_a_mark_for_a_learner_who_left_meanwhile_is_named(page, academy, teacher, path) -> None:
    page.route("**/cells", lambda route: route.abort())
    enter(page, "77", "78")
    offline(page)
    academy.tell_group(academy.learners[1:])
    page.unroute("**/cells")
    page.goto(path)
    expect(page.locator("[data-said]")).to_contain_text("“77”")
    saved(page, "Сақталғаны: 1")
    assert kept(page) == 0


def test_a_conflict_put_off_is_asked_again_by_f2(page, academy, teacher, client) -> None:
    client(WRITER, academy.colleague).patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    enter(page, "90")
    dialog = page.locator("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(at(page, 0, 0).locator("input")).to_be_focused()
    assert "85" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    at(page, 1, 0).click()
    enter(page, "70")
    expect(page.locator("[data-counts]")).to_contain_text("Сақталғаны: 1")
    expect(dialog).to_be_hidden()
    at(page, 0, 0).click()
    page.keyboard.press("F2")
    expect(dialog).to_be_visible()
    dialog.locator(".btn.quiet").click()
    saved(page)
    assert stored(academy, teacher) == {(0, 0): "85", (1, 0): "70"}


def test_a_conflict_is_undone_to_what_the_colleague_wrote(page, academy, teacher, client) -> None:
    client(WRITER, academy.colleague).patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    enter(page, "90")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    at(page, 0, 0).click()
    enter(page, "85")
    saved(page)
    assert stored(academy, teacher) == {(0, 0): "85"}


@pytest.mark.parametrize("rubbish", ["nonsense", "[]", "null", '{"cells": {"no-key": {"v": "1", "b": 0}}}'])
def test_rubbish_on_the_device_harms_nobody(page, academy, teacher, path, rubbish: str) -> None:
    page.evaluate(
        "([name, text]) => localStorage.setItem(name, text)",
        [f"journal:{academy.journal}:{academy.teacher}/x", rubbish],
    )
    page.goto(path)
    page.wait_for_function("localStorage.length === 0")
    enter(page, "80")
    saved(page)
    assert stored(academy, teacher) == {(0, 0): "80"}
