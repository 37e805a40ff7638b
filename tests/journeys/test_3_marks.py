"""Journey 3: a teacher types and pastes marks and publishes; a foreign journal stays shut; two teachers meet in one cell."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import expect

from dev.testing import House, until

DEMO = "ҚҚ-26-1"
ROW = "table.grid tbody tr"


def journal_of(house: House, group: str, teacher: str) -> str:
    """Find a journal of a group taught by the person with a login."""
    [(person,)] = house.sql("auth", "select person_id::text from account where login = %s", teacher)
    [(found,)] = house.sql(
        "ejournal",
        "select j.id::text from journal j join study_group g using (group_id) join journal_teacher t on t.journal_id = j.id "
        "where g.code = %s and t.person_id = %s::uuid",
        group,
        person,
    )
    return str(found)


def column(page: Any, index: int) -> int:
    """Give the place of a lesson without marks, counted from the end of the timetable: (0) the last one."""
    heads = page.locator("table.grid thead th[data-c]")
    places = [at for at in range(heads.count()) if heads.nth(at).get_attribute("data-pub") is None]
    return places[-3 - index]


def cell(page: Any, row: int, at: int) -> Any:
    return page.locator(f"{ROW}:nth-child({row + 1}) td").nth(at)


def complete(page: Any) -> int:
    """Give the first of eight rows, one below the other, with a first half: intakes of other journeys add learners without."""
    halves = [bool(computed(page, row)[1]) for row in range(page.locator(ROW).count())]
    return next(row for row in range(len(halves)) if all(halves[row : row + 8]) and len(halves) - row >= 8)


def saved(page: Any) -> None:
    page.wait_for_selector("[data-save][data-s=ok]")
    expect(page.locator("td.dirty, td.bad, td.conf")).to_have_count(0)


@pytest.mark.parametrize(("language", "place"), [("kk", 0), ("ru", 1)])
def test_marks_are_typed_pasted_computed_and_published(
    house: House, desk: Any, language: str, place: int
) -> None:
    teacher = desk("teacher", language)
    journal = journal_of(house, DEMO, "teacher")
    page = teacher.open("/journal/")
    page.locator(f"a[href='/journal/journals/{journal}']").click()
    page.wait_for_selector("input.cell")
    at, top = column(page, place), complete(page)

    # Typed: a number, a letter for absence, one that cannot be.
    cell(page, top, at).click()
    page.keyboard.type("91")
    page.keyboard.press("Enter")
    page.keyboard.type("64")
    page.keyboard.press("Enter")
    saved(page)
    # Pasted, as Excel puts it on the clipboard: a column of two, and the second midterm control of four.
    cell(page, top + 2, at).click()
    paste(page, "77\n58\n")
    saved(page)
    last = page.locator("table.grid thead th[data-c]").count() - 1
    cell(page, top, last).click()
    paste(page, "88\n0\n71\n90\n")
    saved(page)
    page.reload()
    typed = [cell(page, row, at).inner_text().strip() for row in range(top, top + 4)]
    assert typed == ["91", "64", "77", "58"]

    # What is computed stands in the row: mean, both halves, the admission rating, admission.
    after = [computed(page, row) for row in range(top, top + 4)]
    assert all(len(row) == 5 and all(row) for row in after), after
    p1, p2, rating = (float(text.replace(",", ".")) for text in after[0][1:4])
    assert abs((p1 + p2) / 2 - rating) <= 0.5
    assert len({row[4] for row in after}) == 2, "one of them is not admitted"

    # What no rule allows is refused in words and never stored.
    teacher.expected.add(422)
    cell(page, top + 4, at).click()
    for wrong in ("101", "-1", "abc", "1000000000", "٧٧"):
        page.keyboard.type(wrong)
        page.keyboard.press("Enter")
        page.wait_for_selector("td.bad")
        assert len(cell(page, top + 4, at).get_attribute("title") or "") > 5
        cell(page, top + 4, at).click()
        page.keyboard.press("Delete")
        page.wait_for_selector("[data-save][data-s=ok]")
        cell(page, top + 4, at).click()
    page.reload()
    assert cell(page, top + 4, at).inner_text().strip() == ""

    # Published: the head says so, and it is in the feed.
    cell(page, top, at).click()
    page.locator("[data-publish]").click()
    page.wait_for_selector(f"table.grid thead th:nth-child({at + 2})[data-pub]")


def computed(page: Any, row: int) -> list[str]:
    return [text.strip() for text in page.locator(f"{ROW}:nth-child({row + 1}) td.calc").all_inner_texts()]


def paste(page: Any, text: str) -> None:
    """Put text on the clipboard of the page and paste it, as Ctrl+V does."""
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        text,
    )


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_foreign_journal_is_refused_and_the_try_is_noted(house: House, desk: Any, language: str) -> None:
    [(foreign,)] = house.sql(
        "ejournal",
        "select j.id::text from journal j join study_group g using (group_id) where g.code = 'КР-25-1' limit 1",
    )
    count = "select count(*) from chassis.audit_row where subject like %s"
    before = house.sql("ejournal", count, f"%{foreign}%")[0][0]
    teacher = desk("teacher", language)
    page = teacher.open(f"/journal/journals/{foreign}", expect=403)
    assert page.locator("html").get_attribute("lang") == language
    assert len(page.locator("main").inner_text()) > 40
    assert page.locator("table.grid").count() == 0
    assert house.sql("ejournal", count, f"%{foreign}%")[0][0] == before + 1
    assert foreign not in teacher.open("/journal/").content()


@pytest.mark.parametrize(("language", "place"), [("kk", 2), ("ru", 3)])
def test_two_teachers_in_one_cell(house: House, desk: Any, language: str, place: int) -> None:
    journal = journal_of(house, DEMO, "teacher")
    first, second = desk("teacher", language), desk("teacher2", language)
    second.expected.add(409)
    one, two = (person.open(f"/journal/journals/{journal}") for person in (first, second))
    at, top = column(one, place), complete(one)
    theirs, own = (str(base + secrets.randbelow(20)) for base in (80, 50))
    for page, mark in ((one, theirs), (two, own)):
        cell(page, top + 6, at).click()
        page.keyboard.type(mark)
        page.keyboard.press("Enter")
        if page is one:
            saved(one)

    # The second is told who wrote what; nothing is overwritten.
    dialog = two.locator("dialog[open]")
    dialog.wait_for()
    told = dialog.inner_text()
    [(name,)] = house.sql(
        "auth",
        "select family_name from person p join account a on a.person_id = p.id where login = 'teacher'",
    )
    assert name in told
    assert theirs in told
    assert own in told
    value = "select value from cell c where journal_id = %s::uuid order by changed_at desc limit 1"
    assert house.sql("ejournal", value, journal) == [(theirs,)]
    dialog.locator(".btn.quiet").click()
    until(
        lambda: cell(two, top + 6, at).inner_text().strip() == theirs or shown(two, top + 6, at) == theirs,
        "theirs stands",
        5,
    )
    assert house.sql("ejournal", value, journal) == [(theirs,)]

    # The other way: the second keeps the own mark, knowing what it replaces.
    mark = str(60 + secrets.randbelow(20))
    for page, text in ((one, str(20 + secrets.randbelow(20))), (two, mark)):
        cell(page, top + 7, at).click()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        if page is one:
            saved(one)
    dialog.wait_for()
    dialog.locator(".btn:not(.quiet)").click()
    saved(two)
    assert house.sql("ejournal", value, journal) == [(mark,)]


def shown(page: Any, row: int, at: int) -> str:
    field = cell(page, row, at).locator("input.cell")
    return field.input_value() if field.count() else ""
