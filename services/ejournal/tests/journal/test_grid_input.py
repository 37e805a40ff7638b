"""What goes into a cell and how: input methods, layouts, ranges, blocks from Excel that do not fit, columns that are closed."""

import pytest
from playwright.sync_api import Page, expect
from services.ejournal.tests.journal.sheets import at, enter, is_bad, kept, paste, refused, saved, stored

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def value(page: Page) -> str:
    return page.evaluate("document.activeElement.value")


def press(page: Page, key: str, code: str, number: int, *, control: bool = False) -> None:
    """Press a key as a keyboard of another layout sends it."""
    device = page.context.new_cdp_session(page)
    about = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 2 if control else 0}
    text = {} if control else {"text": key}
    device.send("Input.dispatchKeyEvent", {"type": "keyDown", **about, **text})
    device.send("Input.dispatchKeyEvent", {"type": "keyUp", **about})


def test_half_a_word_of_an_input_method_is_never_a_mark(page, academy, teacher) -> None:
    device = page.context.new_cdp_session(page)
    device.send("Input.imeSetComposition", {"text": "8", "selectionStart": 1, "selectionEnd": 1})
    assert value(page) == "8"
    for key in ("Enter", "ArrowDown", "Tab"):  # they belong to the input method
        page.evaluate(
            "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode: 229, bubbles: true }))",
            key,
        )
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert kept(page) == 0
    expect(at(page, 0, 0).locator("input")).to_be_focused()
    device.send("Input.imeSetComposition", {"text": "85", "selectionStart": 2, "selectionEnd": 2})
    device.send("Input.insertText", {"text": "85"})
    page.keyboard.press("Enter")
    saved(page, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "85"}


def test_a_composition_left_by_a_click_is_whole(page, academy, teacher) -> None:
    device = page.context.new_cdp_session(page)
    device.send("Input.imeSetComposition", {"text": "ж", "selectionStart": 1, "selectionEnd": 1})
    at(page, 1, 1).click()
    expect(at(page, 1, 1).locator("input")).to_be_focused()
    assert value(page) == ""
    saved(page)
    assert set(stored(academy, teacher).items()) <= {((0, 0), "absent")}


def test_kazakh_and_russian_layouts(page, academy, teacher) -> None:
    # The upper row of the Kazakh layout, and letters that are marks of absence.
    press(page, "ү", "Digit8", 56)
    press(page, "ғ", "Digit5", 53)
    assert value(page) == "85"
    page.keyboard.press("Enter")
    press(page, "ж", "Semicolon", 186)
    page.keyboard.press("Enter")
    saved(page, "Сақталғаны: 2")
    assert stored(academy, teacher) == {(0, 0): "85", (1, 0): "absent"}
    # Commands go by the place of the key: я stands where z does.
    press(page, "я", "KeyZ", 90, control=True)
    saved(page, "Сақталғаны: 3")
    assert stored(academy, teacher) == {(0, 0): "85", (1, 0): None}
    press(page, "н", "KeyY", 89, control=True)
    saved(page, "Сақталғаны: 4")
    assert stored(academy, teacher)[(1, 0)] == "absent"


def test_f2_edits_what_is_there(page, academy, teacher) -> None:
    enter(page, "80")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("F2")
    page.keyboard.press("Backspace")
    page.keyboard.type("5")
    page.keyboard.press("ArrowLeft")  # in the text, not to the next cell
    page.keyboard.press("Control+z")  # takes back what is being typed
    assert value(page) == "80"
    page.keyboard.press("F2")
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    saved(page)
    assert stored(academy, teacher) == {(0, 0): "90"}


def test_ranges_by_shift(page) -> None:
    paste(page, "80\t75\n70\t65\n60\t55")
    saved(page)
    page.keyboard.press("Control+Home")
    for keys, count, mean in (
        (["Shift+ArrowDown", "Shift+ArrowRight"], 4, "72,5"),
        (["Shift+Control+ArrowDown"], 6, "67,5"),
        (["Control+Home", "Shift+End"], 11, ""),
        (["Control+Home", "Control+Space"], 3, "70,0"),
        (["Control+Home", "Shift+Space"], 11, ""),
        (["Control+a"], 33, ""),
        (["Control+Home", "Shift+PageDown"], 3, "70,0"),
    ):
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator("td.sel")).to_have_count(count)
        expect(page.locator("td[aria-selected=true]")).to_have_count(count)
        if mean:
            expect(page.locator("[data-range]")).to_contain_text(f"орташасы {mean}")
    page.keyboard.press("Control+Home")
    expect(page.locator("td.sel, td[aria-selected]")).to_have_count(0)
    expect(page.locator("[data-range]")).to_have_text("")


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("85,0\n90,00\n", "Қойылғаны: 2", {(0, 0): "85", (1, 0): "90"}),
        ('"85"\t"ж"\r\n"н/б"\t" 70 "\r\n', "Қойылғаны: 4", {(0, 0): "85", (0, 1): "absent", (1, 0): "absent", (1, 1): "70"}),
        ("85\r\n", "Қойылғаны: 1", {(0, 0): "85"}),
        ("85\r90", "Қойылғаны: 2", {(0, 0): "85", (1, 0): "90"}),
        ("1\n2\n3\n4\n5", "Қойылғаны: 3, ашық ұяшықтардан тыс қалғаны: 2", {(0, 0): "1", (1, 0): "2", (2, 0): "3"}),
        (
            "\t".join(str(n) for n in range(1, 15)),
            "Қойылғаны: 6, ашық ұяшықтардан тыс қалғаны: 8",
            {(0, n): str(n + 1) for n in range(6)},
        ),
        ("80\t\t70", "Қойылғаны: 3", {(0, 0): "80", (0, 2): "70"}),
        ("80\t70\n60", "Қойылғаны: 3", {(0, 0): "80", (0, 1): "70", (1, 0): "60"}),
    ],
)  # fmt: skip
def test_blocks_of_every_shape(page, academy, teacher, text: str, said: str, found: dict) -> None:
    paste(page, text)
    expect(page.locator("[data-said]")).to_have_text(said)
    saved(page, "Сақталғаны")
    assert stored(academy, teacher) == found
    page.keyboard.press("Control+z")
    saved(page)
    assert set(stored(academy, teacher).values()) == {None}


def test_a_quoted_line_break_is_one_cell(page) -> None:
    paste(page, '"80\n90"\t70')
    refused(page, "қабылданбағаны: 1")
    is_bad(at(page, 0, 0))
    expect(at(page, 0, 1)).to_have_text("70")
    expect(at(page, 1, 0)).to_have_text("")


def test_one_value_fills_the_range(page, academy, teacher) -> None:
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    paste(page, "90")
    saved(page, "Сақталғаны: 4")
    assert set(stored(academy, teacher)) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_fill_down_is_undone_at_once(page, academy, teacher) -> None:
    enter(page, "90")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+Control+ArrowDown")
    page.keyboard.press("Control+d")
    expect(page.locator("[data-said]")).to_have_text("Толтырылғаны: 2")
    saved(page, "Сақталғаны: 3")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-said]")).to_have_text("Өзгергені: 2")
    saved(page, "Сақталғаны: 5")
    assert stored(academy, teacher) == {(0, 0): "90", (1, 0): None, (2, 0): None}
    page.locator("[data-undo]").click()
    saved(page, "Сақталғаны: 6")
    assert set(stored(academy, teacher).values()) == {None}
    expect(page.locator("[data-undo]")).to_be_disabled()
    page.locator("[data-redo]").click()
    saved(page)
    assert stored(academy, teacher)[(0, 0)] == "90"


def test_what_was_refused_is_taken_back_without_asking_again(page, academy, teacher) -> None:
    enter(page, "80")
    saved(page)
    page.keyboard.press("ArrowUp")
    enter(page, "101")
    refused(page, "қабылданбағаны: 1")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert "шектен тыс" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator("td.bad")).to_have_count(0)
    assert value(page) == "80"
    assert stored(academy, teacher) == {(0, 0): "80"}


def test_a_closed_column_takes_no_input_and_says_why(page, academy, teacher, path) -> None:
    reason = "15 қазанда жабылды"

    def close_second(route) -> None:
        answer = route.fetch()
        mark = f'data-c="{academy.columns[1]}"'
        route.fulfill(
            response=answer, body=answer.text().replace(mark, f'{mark} data-locked title="{reason}"')
        )

    page.route(f"**{path}", close_second)
    page.goto(path)
    at(page, 0, 1).click()
    page.keyboard.type("90")
    page.keyboard.press("Delete")
    assert reason in page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate("document.activeElement.readOnly")
    page.keyboard.press("Control+Home")
    paste(page, "80\t70\t60")
    expect(page.locator("[data-said]")).to_have_text("Қойылғаны: 2, ашық ұяшықтардан тыс қалғаны: 1")
    saved(page, "Сақталғаны: 2")
    assert stored(academy, teacher) == {(0, 0): "80", (0, 2): "60"}
    expect(page.locator("td.locked")).to_have_count(3)


def test_a_withdrawn_journal_is_closed_in_every_column(page, academy, path) -> None:
    enter(page, "80")
    saved(page)
    academy.tell_assignment(status="withdrawn")
    # Who has the page open is told with the first mark, and can take it back.
    enter(page, "70")
    refused(page, "қабылданбағаны: 1")
    assert at(page, 1, 0).get_attribute("title") == "Журналға қазір баға қойылмайды."
    page.keyboard.press("Control+z")
    saved(page)
    page.goto(path)
    expect(page.locator("th[data-locked]")).to_have_count(len(academy.columns))
    page.keyboard.type("70")
    assert page.evaluate("document.activeElement.readOnly")
    expect(page.locator("[data-counts]")).to_have_text("")


def test_computed_columns_wait_for_the_server(page) -> None:
    paste(page, "80\t75\t88\t85\t95\t84")
    saved(page)
    before = at(page, 0, 9).inner_text()
    page.route("**/cells", lambda route: route.abort())
    page.keyboard.press("Control+Home")
    enter(page, "40")
    expect(page.locator("tr.stale")).to_have_count(1)
    assert at(page, 0, 9).inner_text() == before
    page.unroute("**/cells")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    expect(page.locator("tr.stale")).to_have_count(0)
    assert at(page, 0, 9).inner_text() != before
