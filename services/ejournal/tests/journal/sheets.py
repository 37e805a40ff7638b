"""Short ways to ask the sheet in a browser, and what the server has of it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect


def at(page: Page, row: int, column: int) -> Locator:
    return page.locator("table.grid tbody tr").nth(row).locator("td").nth(column)


def saved(page: Page, counts: str = "") -> None:
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "ok")
    expect(page.locator("[data-save]")).to_have_text("Бәрі сақталды")
    if counts:
        expect(page.locator("[data-counts]")).to_contain_text(counts)


def refused(page: Page, counts: str) -> None:
    expect(page.locator("[data-save]")).to_have_text("Кейбір бағалар қабылданбады")
    expect(page.locator("[data-counts]")).to_contain_text(counts)


def offline(page: Page) -> None:
    expect(page.locator("[data-save]")).to_have_attribute("data-s", "offline")


def enter(page: Page, *texts: str) -> None:
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def paste(page: Page, text: str) -> None:
    page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text/plain', text);"
        "document.activeElement.dispatchEvent(new ClipboardEvent('paste', "
        "{ clipboardData: data, bubbles: true, cancelable: true })); }",
        text,
    )


def is_bad(cell: Locator) -> None:
    expect(cell).to_have_class(re.compile(r"\bbad\b"))


def kept(page: Page) -> int:
    """How many tabs have left something on the device."""
    return int(page.evaluate("localStorage.length"))


def stored(academy: Any, teacher: Any) -> dict[tuple[int, int], str | None]:
    rows = teacher.get(f"/journal/api/v1/journals/{academy.journal}").get_json()["rows"]
    columns = academy.columns
    return {
        (n, columns.index(column)): value
        for n, row in enumerate(rows)
        for column, (value, _version) in row["cells"].items()
    }
