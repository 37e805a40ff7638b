"""Journey 5: real MARC files become a catalogue; a book goes out by barcode, stands at the reader's home, and comes back."""

import os
from pathlib import Path
from typing import Any

import pytest

from chassis import clock
from dev.demo import academy
from dev.testing import House, until

SHARED = Path(os.environ.get("SHARED") or Path(__file__).resolve().parents[3] / "shared")
FILES = {"kk": ("irbis-demo.iso", 81), "ru": ("jazz-1k.mrc", 1000)}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_book_is_catalogued_lent_and_returned(house: House, desk: Any, language: str) -> None:
    name, count = FILES[language]
    librarian = desk("librarian", language)
    page = librarian.open("/library/cataloguing/imports")
    page.set_default_timeout(60_000)
    page.locator("#f-file").set_input_files(SHARED / "data" / "marc" / name)
    librarian.post(page, "main form[enctype] button")
    good, bad = [text.strip() for text in page.locator(".kpis dd").all_inner_texts()[:2]]
    assert ("".join(filter(str.isdigit, good)), bad) == (str(count), "0")
    librarian.post(page, "main form[action$='/apply'] button")
    [(record, title)] = house.sql(
        "library",
        "select id::text, title from record where batch_id = (select id from import_batch where filename = %s "
        "order by checked_at desc limit 1) order by length(title) desc limit 1",
        name,
    )

    # Found in the catalogue by anybody, and given a copy.
    words = " ".join(title.split()[:4])
    librarian.go(page, "/library/")
    page.locator("#search").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#found a[href$='/records/{record}']")
    page.locator(f"#found a[href$='/records/{record}']").first.click()
    page.wait_for_url(f"**/records/{record}")
    page.locator("#f-count").fill("2")
    librarian.post(page, "form[action$='/copies'] button")
    barcodes = house.sql(
        "library", "select barcode from copy where record_id = %s::uuid order by barcode", record
    )
    assert len(barcodes) == 2
    assert barcodes[0][0] in page.locator("main").inner_text()

    # Issued by barcode: the reader's home shows it with its due date.
    made = academy.generate(clock.today())
    reader, other = made.shown()["cadet"], made.learners(made.groups[1].code)[-1].number
    open_card(librarian, page, reader)
    page.locator("#f-barcode").fill(barcodes[0][0])
    librarian.post(page, "form[action$='/lending/issue'] button")
    assert title[:30] in page.locator("main .table-frame").inner_text()
    [(due,)] = house.sql(
        "library", "select due_on from loan where returned_at is null order by issued_at desc limit 1"
    )
    cadet = desk("cadet", language)
    home = cadet.open("/portal/")
    until(lambda: on_loan(home, title[:30]), "the loan at home", 5)
    assert (
        str(due.day)
        in home.locator(f"section[aria-labelledby=loans-h] li:has-text('{title[:30]}') .tag").inner_text()
    )

    # A second desk, at the same time, for somebody else: refused in words.
    second = desk("librarian", language)
    second.expected.add(409)
    desk_page = second.page()
    open_card(second, desk_page, other)
    desk_page.locator("#f-barcode").fill(barcodes[0][0])
    second.post(desk_page, "form[action$='/lending/issue'] button")
    assert len(desk_page.locator("[role=alert]").inner_text()) > 15
    assert house.sql(
        "library",
        "select count(*) from loan join copy on copy.id = copy_id where barcode = %s and returned_at is null",
        barcodes[0][0],
    ) == [(1,)]

    # The return clears it.
    librarian.go(page, "/library/lending")
    page.locator("#return-barcode").fill(barcodes[0][0])
    librarian.post(page, "form[action$='/lending/return'] button")
    until(lambda: not on_loan(home, title[:30]), "the home without the loan", 5)


def open_card(librarian: Any, page: Any, number: str) -> None:
    librarian.go(page, "/library/lending")
    page.locator("#f-card").fill(number)
    librarian.post(page, "main form[method=get] button")
    page.wait_for_selector("#f-barcode")


def on_loan(home: Any, title: str) -> bool:
    home.reload()
    return title in home.locator("section[aria-labelledby=loans-h]").inner_text()
