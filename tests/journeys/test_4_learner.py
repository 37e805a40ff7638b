"""Journey 4: what the teacher publishes stands on the learner's home within a second, and the journal says how it is computed."""

import secrets
import time
from fractions import Fraction
from typing import Any

import pytest

from dev.testing import House, until

JOURNAL = """
    select j.id::text, r.position from journal j
    join journal_teacher t on t.journal_id = j.id and t.person_id = %s::uuid
    join sheet_row r on r.journal_id = j.id and r.person_id = %s::uuid
"""
SECONDS = 5.0
ROUNDING = Fraction(1, 200)  # results are kept as fractions and told with two decimals


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_published_mark_is_at_home_within_a_second(
    house: House, desk: Any, tell: Any, language: str
) -> None:
    people = dict(
        house.sql("auth", "select login, person_id::text from account where login in ('teacher', 'cadet')")
    )
    [(journal, _position)] = house.sql("ejournal", JOURNAL, people["teacher"], people["cadet"])
    teacher, cadet = desk("teacher", language), desk("cadet", language)
    grid, home = teacher.open(f"/journal/journals/{journal}"), cadet.open("/portal/")
    heads = grid.locator("table.grid thead th[data-c]")
    places = [at for at in range(heads.count()) if heads.nth(at).get_attribute("data-pub") is None]
    at = places[0]
    mark = next(
        text for text in (str(70 + secrets.randbelow(30)) for _ in range(99)) if text != top(home, journal)
    )

    field = grid.locator(f"tr[data-p='{people['cadet']}'] td").nth(at)
    field.click()
    grid.keyboard.type(mark)
    grid.keyboard.press("Enter")
    grid.wait_for_selector("[data-save][data-s=ok]")
    # Saved is not yet published: the learner sees nothing of it.
    home.reload()
    assert top(home, journal) != mark
    field.click()
    grid.locator("[data-publish]").click()
    grid.wait_for_selector(f"table.grid thead th:nth-child({at + 2})[data-pub]")
    published = time.monotonic()

    def arrived() -> bool:
        home.reload()
        return top(home, journal) == mark

    until(arrived, "the mark at home", SECONDS)
    seconds = time.monotonic() - published
    tell(f"journey 4, {language}: the mark is at home after {seconds:.2f} s")

    # How it is computed: every step with its numbers, and the mark itself.
    home.locator(f"a[href='/journal/my/{journal}']").first.click()
    home.wait_for_url(f"**/journal/my/{journal}")
    home.wait_for_selector("section:has(#how) tbody tr")
    steps = home.locator("section:has(#how) tbody tr")
    told = [[text.strip() for text in row.locator("th, td").all_inner_texts()] for row in steps.all()]
    [(shown,)] = house.sql(
        "ejournal",
        "select shown_results from sheet_row where journal_id = %s::uuid and person_id = %s::uuid",
        journal,
        people["cadet"],
    )
    assert len(told) >= 3
    assert any(any(char.isdigit() for char in row[1]) for row in told), told
    results = [Fraction(row[2].replace(",", ".")) for row in told if row[2][:1].isdigit()]
    kept = [Fraction(shown[name]) for name in ("tk1", "p1") if shown[name]]
    assert [value for value in kept if not any(abs(value - result) <= ROUNDING for result in results)] == []
    marks = home.locator("section:has(#marks) tbody").inner_text()
    assert mark in marks


def top(home: Any, journal: str) -> str:
    """Read the newest mark of a journal on the home page."""
    entry = home.locator(f".marks li:has(a[href='/journal/my/{journal}']) .mark-value")
    return str(entry.first.inner_text().strip()) if entry.count() else ""
