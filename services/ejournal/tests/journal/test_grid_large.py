"""A sheet of many cells: what is out of view is painted a little later than the rest, and all of it comes to the server."""

import re

import pytest
from playwright.sync_api import expect
from services.ejournal.tests.journal.sheets import paste, saved

from chassis.db import unit_of_work
from dev import large_journal

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
ROWS, COLUMNS, COMPUTED = 20, 20, 5
CELLS = ROWS * COLUMNS


def test_a_whole_sheet_is_pasted_chosen_and_undone(academy, teacher, open_page) -> None:
    with unit_of_work(academy.engine) as session:
        journal = large_journal.make(session, rows=ROWS, columns=COLUMNS, teachers=[academy.teacher])
    page = open_page(teacher, f"/journal/journals/{journal}")
    body = page.locator("table.grid tbody")
    before = body.text_content() or ""
    paste(page, "\n".join(["\t".join(["101", *["77"] * (COLUMNS - 1)])] * ROWS))  # 101 is no mark
    expect(page.locator("[data-counts]")).to_contain_text(f"қабылданбағаны: {ROWS}")
    expect(page.locator("td:not(.calc)", has_text=re.compile("^77$"))).to_have_count(CELLS - ROWS)
    expect(page.locator("td.bad")).to_have_count(ROWS)
    expect(page.locator("td.dirty, tr.stale")).to_have_count(0)
    page.keyboard.press("Control+a")
    expect(page.locator("td.sel[aria-selected]")).to_have_count(ROWS * (COLUMNS + COMPUTED))
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator("td.bad, td.dirty, tr.stale, td.sel")).to_have_count(0)
    expect(body).to_have_text(before)
    page.reload()
    expect(body).to_have_text(before)
