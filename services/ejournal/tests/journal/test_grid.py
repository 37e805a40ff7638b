"""The grade grid in Chromium: typing, moving, pasting, undoing, losing the network, meeting a colleague."""

import pytest
from playwright.sync_api import expect
from services.ejournal.tests.academy import WRITER, cell
from services.ejournal.tests.journal.sheets import at, is_bad, paste, refused, saved, stored

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_clause_12_type_and_move(page, academy, teacher) -> None:
    keys = page.keyboard
    for text, key in (
        ("80", "Tab"),
        ("75", "Tab"),
        ("88", "Tab"),
        ("85", "Tab"),
        ("95", "Tab"),
        ("84", "Enter"),
    ):
        keys.type(text)
        keys.press(key)
    saved(page, "Сақталғаны: 6")
    expect(at(page, 0, 9)).to_have_text("85")
    expect(at(page, 0, 10)).to_have_text("иә")
    assert stored(academy, teacher) == {
        (0, n): value for n, value in enumerate(("80", "75", "88", "85", "95", "84"))
    }


def test_keys_move_the_one_input(page) -> None:
    keys = page.keyboard
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "Әлиев Арман, 7 қыркүйек, семинар"
    for key, place in (
        ("ArrowDown", (1, 0)), ("ArrowRight", (1, 1)), ("End", (1, 10)), ("Home", (1, 0)), ("Control+End", (2, 10)),
        ("Control+ArrowUp", (0, 10)), ("Control+ArrowLeft", (0, 0)), ("ArrowUp", (0, 0)), ("Enter", (1, 0)),
        ("Shift+Enter", (0, 0)), ("Tab", (0, 1)), ("Shift+Tab", (0, 0)), ("Control+Home", (0, 0)),
    ):  # fmt: skip
        keys.press(key)
        expect(at(page, *place).locator("input")).to_be_focused()
    keys.press("End")
    assert page.evaluate("document.activeElement.readOnly")


def test_escape_takes_back_what_is_being_typed(page, academy, teacher) -> None:
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.type("71")
    page.keyboard.press("Enter")
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(1, 0): "71"}


def test_a_block_from_excel_is_pasted_undone_and_done_again(page, academy, teacher) -> None:
    paste(page, "80\t75\r\nн\t70\r\n65\t60\r\n")
    expect(page.locator("[data-said]")).to_have_text("Қойылғаны: 6")
    saved(page, "Сақталғаны: 6")
    expect(at(page, 1, 0)).to_contain_text("ж")
    expect(page.locator("[data-range]")).to_have_text("Таңдалғаны: 5, орташасы 70,0")
    page.keyboard.press("Control+z")
    saved(page, "Сақталғаны: 12")
    assert set(stored(academy, teacher).values()) == {None}
    page.keyboard.press("Control+Shift+z")
    saved(page, "Сақталғаны: 18")
    assert stored(academy, teacher)[(2, 1)] == "60"


def test_what_is_refused_is_marked_and_counted(page, academy, teacher) -> None:
    paste(page, "80\n101\nabc")
    refused(page, "қабылданбағаны: 2")
    is_bad(at(page, 1, 0))
    assert "«101» шектен тыс" in (at(page, 1, 0).get_attribute("title") or "")
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    refused(page, "қабылданбағаны: 1")
    assert stored(academy, teacher) == {(0, 0): "80", (1, 0): "100"}


def test_fill_down_and_clear_a_range(page, academy, teacher) -> None:
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    saved(page, "Сақталғаны: 3")
    assert stored(academy, teacher) == {(0, 0): "90", (1, 0): "90", (2, 0): "90"}
    page.keyboard.press("Delete")
    saved(page, "Сақталғаны: 6")
    assert set(stored(academy, teacher).values()) == {None}


def test_a_range_by_mouse_is_copied(page) -> None:
    paste(page, "80\t75\n70\t65")
    saved(page)
    at(page, 0, 0).click()
    at(page, 1, 1).click(modifiers=["Shift"])
    expect(page.locator("td.sel")).to_have_count(4)
    copied = page.evaluate(
        "() => { const data = new DataTransfer(); document.activeElement.dispatchEvent(new ClipboardEvent('copy', "
        "{ clipboardData: data, bubbles: true, cancelable: true })); return data.getData('text/plain'); }"
    )
    assert copied == "80\t75\n70\t65"


@pytest.mark.parametrize(("button", "value"), [("Менікін қалдыру", "90"), ("Сақталғанын алу", "85")])
def test_two_teachers_in_one_cell(page, academy, teacher, client, button: str, value: str) -> None:
    colleague = client(WRITER, academy.colleague)
    colleague.patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Омаров Б. мұнда «85» деп қойған, сіз «90» деп енгіздіңіз.")
    expect(dialog).to_contain_text("Әлиев Арман")
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "conflict")
    expect(dialog.get_by_text(button)).to_be_enabled()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert stored(academy, teacher)[(0, 0)] == "85", "Enter has decided nothing"
    while page.evaluate("document.activeElement.textContent") != button:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    saved(page)
    expect(at(page, 0, 0).locator("input")).to_be_focused()
    assert stored(academy, teacher)[(0, 0)] == value


def test_a_key_for_the_next_cell_decides_no_conflict(page, academy, teacher, client, path) -> None:
    page.clock.install(time="2026-09-07T10:00:00")
    page.goto(path)
    page.clock.pause_at("2026-09-07T11:00:00")
    client(WRITER, academy.colleague).patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    dialog, keys = page.locator("dialog"), page.keyboard
    keys.type("90")
    keys.press("Enter")
    page.clock.run_for(500)
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "conflict")
    expect(dialog).to_be_hidden()  # the last key is too near
    keys.type("7")
    page.clock.run_for(1500)
    expect(dialog).to_be_hidden()  # something is half typed
    keys.type("5")
    keys.press("Enter")
    page.clock.run_for(1000)
    expect(dialog).to_be_visible()
    for button in dialog.locator("button").all():
        expect(button).to_be_disabled()
    keys.press("Tab")  # whoever types on gets the cell back, and loses no key
    expect(dialog).to_be_hidden()
    expect(at(page, 2, 1).locator("input")).to_be_focused()
    page.clock.run_for(1000)
    expect(dialog).to_be_visible()
    keys.type("64")
    keys.press("Shift+Enter")
    expect(dialog).to_be_hidden()
    expect(at(page, 1, 1).locator("input")).to_be_focused()
    page.clock.run_for(500)
    expect(page.locator("[data-counts]")).to_contain_text("Сақталғаны: 2")
    assert stored(academy, teacher) == {(0, 0): "85", (1, 0): "75", (2, 1): "64"}
    page.clock.run_for(500)
    expect(dialog).to_be_visible()
    page.clock.run_for(1000)
    keys.press("Tab")
    keys.press("Enter")
    page.clock.run_for(500)
    expect(page.locator("[data-counts]")).to_contain_text("Сақталғаны: 3")
    assert stored(academy, teacher)[(0, 0)] == "90"


def test_nothing_is_lost_without_a_network(page, academy, teacher, path) -> None:
    page.route("**/cells", lambda route: route.abort())
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "offline")
    assert stored(academy, teacher) == {}
    page.unroute("**/cells")
    page.goto("about:blank")
    page.goto(path)
    expect(page.locator("[data-said]")).to_have_text("Осы құрылғыдан қалпына келтірілгені: 1")
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "77"}
    assert page.evaluate("localStorage.length") == 0
    expect(at(page, 1, 0).locator("input")).to_be_focused()


def test_a_change_kept_on_the_device_does_not_overwrite_a_colleague(
    page, academy, teacher, client, path
) -> None:
    page.route("**/cells", lambda route: route.abort())
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "offline")
    client(WRITER, academy.colleague).patch(academy.cells_path, json=[cell(academy.key(0, 0), "60", 0)])
    page.unroute("**/cells")
    page.goto(path)
    expect(page.locator("dialog")).to_contain_text("«60»")
    assert stored(academy, teacher)[(0, 0)] == "60"


def test_a_dead_session_keeps_the_changes(page, academy, teacher) -> None:
    page.context.set_extra_http_headers({})
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save]")).to_have_text(
        "Жүйеге қайта кіріңіз: өзгерістеріңіз осы құрылғыда сақтаулы"
    )
    expect(page.locator("[data-signin]")).to_be_visible()
    assert page.evaluate("localStorage.length") == 1
    page.context.set_extra_http_headers({"Authorization": f"Bearer {teacher.token}"})
    page.reload()
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "77"}


def test_a_lost_answer_does_nothing_twice(page, academy, teacher) -> None:
    lost = []

    def lose_first(route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    page.route("**/cells", lose_first)
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    saved(page, "Сақталғаны: 1")
    person, column = academy.key(0, 0).split(":")
    changes = teacher.get(
        f"/journal/api/v1/journals/{academy.journal}/cells/{person}/{column}/changes"
    ).get_json()
    assert [change["new"] for change in changes["items"]] == ["77"]


def test_the_column_of_the_active_cell_is_published(page, academy, feed_events) -> None:
    button = page.locator("[data-publish]")
    expect(button).to_have_text("07.09 бағаларын жариялау")
    button.click()
    expect(page.locator("[data-said]")).to_have_text("Әзірге жариялайтын баға жоқ")
    at(page, 0, 0).click()
    page.keyboard.type("91")
    page.keyboard.press("Enter")
    saved(page, "Сақталғаны: 1")
    button.click()
    expect(page.locator("[data-said]")).to_contain_text("Жарияланды")
    expect(page.locator("th[data-pub]")).to_have_count(1)
    expect(button).to_be_disabled()
    assert feed_events("ejournal/marks")[-1].data["marks"][0]["value"] == "91"
