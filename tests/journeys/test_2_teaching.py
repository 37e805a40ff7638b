"""Journey 2: five sheets of the registrar; a journal opens by itself, and the week stands on the home pages."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from chassis import clock
from dev.demo import academy
from dev.demo.workbooks import fill_in
from dev.testing import House, until
from portal.imports.kinds import KINDS

LESSON = """
    select day from lesson join assignment a on a.id = assignment_id join discipline d on d.id = a.discipline_id
    where d.code = %s order by day limit 1
"""
DAYS = {"kk": ("Осы апта", "Менің журналдарым"), "ru": ("Эта неделя", "Мои журналы")}


def sheets(mark: str, language: str) -> dict[str, list[dict[str, str]]]:
    """A new group with one discipline, taught by the teacher of the demo."""
    made = academy.generate(clock.today())
    group, discipline, term = f"Ж-{mark}", f"JRN{mark}", made.term.code
    subject = {"group_code": group, "discipline_code": discipline, "period_code": term}
    number = made.shown()["teacher"]
    return {
        "groups": [
            {
                "code": group,
                "title_kk": f"{mark} тобы",
                "title_ru": f"Группа {mark}",
                "faculty_code": "FLE",
                "year_of_study": "1",
                "language": language,
            }
        ],
        "disciplines": [
            {
                "code": discipline,
                "title_kk": f"Саяхат пәні {mark}",
                "title_ru": f"Дисциплина пути {mark}",
                "department_code": "ADM",
            }
        ],
        "curriculum": [{**subject, "credits": "3", "control": "exam", "hours": "90"}],
        "assignments": [{**subject, "number": number}],
        "timetable": [
            {
                **subject,
                "kind": "seminar",
                "number": number,
                "room": f"Ж-{mark}",
                "weekday": str(secrets.choice((1, 3, 5) if language == "kk" else (2, 4, 6))),
                "pair": str(secrets.choice((5, 6))),
            }
        ],
    }


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_sheets_open_a_journal_and_fill_the_week(
    house: House, desk: Any, tmp_path: Path, language: str
) -> None:
    mark = secrets.token_hex(2).upper()
    title = {"kk": f"Саяхат пәні {mark}", "ru": f"Дисциплина пути {mark}"}[language]
    registrar, teacher = desk("registrar", language), desk("teacher", language)
    page = registrar.page()
    for name, rows in sheets(mark, language).items():
        registrar.go(page, "/portal/imports")
        sheet = tmp_path / f"{name}.xlsx"
        sheet.write_bytes(fill_in(KINDS[name].layout, rows, language=language))
        page.locator("#f-kind").select_option(name)
        page.locator("#f-file").set_input_files(sheet)
        registrar.post(page, "main form[enctype] button")
        assert page.locator("table.faults").count() == 0, page.locator("table.faults").inner_text()
        assert house.sql("portal", "select state from import_run order by created_at desc limit 1") == [
            ("checked",)
        ]
        registrar.post(page, "main form[action$='/apply'] button")
        assert house.sql("portal", "select state from import_run order by created_at desc limit 1") == [
            ("applied",)
        ]

    view = teacher.page()
    until(lambda: journal_link(teacher, view, "/journal/", title), "the journal has opened by itself", 15)
    until(lambda: journal_link(teacher, view, "/portal/", title), "the home page leads to the journal", 15)
    week_head, journals_head = DAYS[language]
    assert view.get_by_role("heading", name=journals_head).count() == 1
    # The dated lessons stand on the page of their week.
    [(day,)] = house.sql("portal", LESSON, f"JRN{mark}")
    teacher.go(view, f"/portal/timetable?day={day.isoformat()}")
    assert title in view.locator("#week").inner_text()
    teacher.go(view, "/portal/")
    assert view.get_by_role("heading", name=week_head).count() == 1
    # The grid has a column for each dated lesson and for the two midterm controls.
    until(lambda: journal_link(teacher, view, "/journal/", title), "the journal", 5)
    view.get_by_role("link", name=title).first.click()
    view.wait_for_url("**/journal/journals/*")
    assert view.locator("table.grid thead th[data-c]").count() > 5


@pytest.mark.parametrize("login", ["cadet", "teacher2"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_week_stands_on_every_home_page(desk: Any, login: str, language: str) -> None:
    page = desk(login, language).open("/portal/")
    today = clock.today()
    if academy.term_of(today).starts <= today <= academy.term_of(today).ends:
        week = page.locator("section[aria-labelledby=week-h]")
        assert week.locator(".days > li").count() >= 5
        assert week.locator(".days > li > ol > li").count() >= 6


def journal_link(teacher: Any, page: Any, path: str, title: str) -> bool:
    teacher.go(page, path)
    return page.locator(f"a[href^='/journal/journals/']:has-text('{title}')").count() > 0
