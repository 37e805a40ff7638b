"""Journey 24: a rule set is drafted, compared and adopted by two persons; a journal goes to a workbook and back, and is taken back."""

import secrets
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest

from chassis import clock
from dev.browsing import violations
from dev.demo import PASSWORD
from dev.testing import House, until

SETS = "select code, valid_from from rule_set order by valid_from desc limit 1"
ADOPT = "main form:has([name=order_number]) .btn:not(.quiet)"
MINE = """
    select j.id::text, j.columns from journal j join journal_teacher t on t.journal_id = j.id join study_group g using (group_id)
    where t.person_id = %s::uuid and g.code <> 'ҚҚ-26-1' and g.code not like 'ҮЛГІ-%%' order by g.code desc, j.id desc limit 1
"""


def fill(page: Any, values: dict[str, str]) -> None:
    for name, text in values.items():
        page.locator(f"[name='{name}']").fill(text)


def step_up(desk: Any, page: Any) -> None:
    """Prove again who one is, when the page asks for it."""
    if urlsplit(page.url).path == "/auth/step-up":
        page.locator("#f-password").fill(PASSWORD)
        desk.post(page, "main form .btn:not(.quiet)")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_11_a_rule_set_is_drafted_compared_and_adopted(house: House, desk: Any, language: str) -> None:
    [(_code, latest)] = house.sql("ejournal", SETS)
    begins = max(latest, clock.today()) + timedelta(days=365)
    journals = house.sql("ejournal", "select rule_set, count(*) from journal group by rule_set")
    code = f"kz-{language}-{secrets.token_hex(3)}"
    registrar = desk("registrar", language)
    page = registrar.open("/journal/rules")
    assert violations(page) == []
    page.locator("main a[href='/journal/rules/kz-mia-2016']").click()
    fill(page, {"code": code, "valid_from": f"{begins:%d.%m.%Y}"})
    registrar.post(page, "main form .btn")
    draft = urlsplit(page.url).path

    # A weight that does not fit is told at its field, and what was typed stands there still.
    registrar.expected.add(422)
    fill(page, {"exam_weight": "0,5"})
    registrar.post(page, f"form[action='{draft}'] .form-end .btn:not(.quiet)")
    assert page.locator("#f-exam_weight-err").is_visible()
    assert page.locator("#f-exam_weight").input_value() == "0,5"
    assert violations(page) == []
    fill(page, {"exam_weight": "0,4", "admit_min": "75", "tk_weight": "0,6", "rk_weight": "0,4"})
    registrar.post(page, f"form[action='{draft}'] .form-end .btn:not(.quiet)")
    assert page.locator("#changes ins").count() == 3

    # The report: the worker makes it, the page follows.
    registrar.post(page, f"form[action='{draft}/reports'] .btn")
    page.wait_for_selector("#report:not([data-follow])", timeout=90_000)
    learners, progress = (page.locator("#report .kpis dd").nth(at).inner_text() for at in (0, 1))
    assert learners != "0"
    assert progress != "0"
    assert page.locator("#report table").count() >= 2
    assert violations(page) == []

    # Who drafted does not adopt; the quality officer does.
    registrar.go(page, f"{draft}/adopt")
    step_up(registrar, page)
    fill(page, {"order_number": "17-қ", "order_date": f"{clock.today():%d.%m.%Y}"})
    registrar.post(page, ADOPT)
    assert page.locator("#errors").is_visible()
    quality = desk("quality", language)
    other = quality.open(f"{draft}/adopt")
    step_up(quality, other)
    assert violations(other) == []
    fill(other, {"order_number": "17-қ", "order_date": f"{clock.today():%d.%m.%Y}"})
    quality.post(other, ADOPT)
    assert urlsplit(other.url).path == f"/journal/rules/{code}"
    assert house.sql("ejournal", SETS) == [(code, begins)]
    assert house.sql("ejournal", "select rule_set, count(*) from journal group by rule_set") == journals


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_11_a_journal_goes_to_a_workbook_and_back(
    house: House, desk: Any, tmp_path: Any, language: str
) -> None:
    [(person,)] = house.sql("auth", "select person_id::text from account where login = %s", "teacher2")
    [(journal, columns)] = house.sql("ejournal", MINE, person)
    heading = open_lesson(columns)
    teacher = desk("teacher2", language)
    page = teacher.open(f"/journal/journals/{journal}/files")
    assert violations(page) == []
    with page.expect_download() as download:
        page.locator("a[href$='/export.xlsx']").click()
    file = tmp_path / "журнал.xlsx"
    download.value.save_as(file)
    before = marks(house, journal)
    fill_two(file, heading)
    page.locator("#f-file").set_input_files(file)
    teacher.post(page, f"form[action='/journal/journals/{journal}/files'] .btn")
    assert page.locator("#changes tbody tr").count() == 2
    assert page.locator("#problems").count() == 0
    assert violations(page) == []
    teacher.post(page, "form[action$='/apply'] .btn")
    after = until(lambda: changed(before, marks(house, journal)), "two cells are changed")
    assert len(after) == 2
    teacher.post(page, "form[action$='/undo'] .btn")
    assert marks(house, journal) == before
    assert violations(page) == []


def open_lesson(columns: Any) -> str:
    """Give the heading of the latest lesson that was held: its window is open."""
    held = [c for c in columns if c["kind"] == "lesson" and c["date"] <= clock.today().isoformat()]
    last = max(held, key=lambda c: (c["date"], c["pair"]))
    return f"{date.fromisoformat(last['date']):%d.%m.%Y} · {last['pair']}"


def fill_two(file: Any, heading: str) -> None:
    """Change the marks of two learners in the workbook, whatever they have."""
    book = openpyxl.load_workbook(file)
    sheet: Any = book.active
    at = next(cell.column for cell in sheet[1] if cell.value == heading)
    for row in (2, 3):
        cell = sheet.cell(row, at)
        cell.value = 64 if cell.value == 63 else 63
    book.save(file)


def marks(house: House, journal: str) -> dict[tuple[str, str], str | None]:
    query = "select column_id::text, person_id::text, value from cell where journal_id = %s::uuid and value is not null"
    return {(column, person): value for column, person, value in house.sql("ejournal", query, journal)}


def changed(before: Any, after: Any) -> set[Any]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
