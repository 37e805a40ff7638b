"""Journey 28: an order moves a learner, seen first and undone by another order; a duty excuses a lesson, and goes back when withdrawn."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest

from chassis import clock
from dev.demo import academy
from dev.testing import House, until

SHARED = "CRL301"  # taught in the third year of both faculties
WORDS = {
    "kk": ("Оқу тобын ауыстыру туралы баянат", "шықты", "келді"),
    "ru": ("Рапорт о переводе в другую группу", "выбыл", "прибыл"),
}


def journals(house: House) -> dict[str, str]:
    """Give the journals of the shared discipline by the code of their group: third years of two faculties."""
    rows = house.sql(
        "ejournal",
        "select g.code, j.id::text from journal j join study_group g using (group_id) join discipline d using (discipline_id) "
        "where d.code = %s and g.year_of_study = 3 order by g.code",
        SHARED,
    )
    return {code: journal for code, journal in rows if code.startswith(("ҚҚ", "КР"))}


def a_day(house: House) -> date:
    """Give a day of the term, a week ago when the term is on."""
    [(starts, ends)] = house.sql("portal", "select starts, ends from period order by starts desc limit 1")
    return min(max(clock.today() - timedelta(days=7), starts + timedelta(days=1)), ends - timedelta(days=1))


def learner(house: House, group: str, place: int) -> tuple[str, str, str]:
    """Give the id, the personal number and the family name of a learner of a group."""
    number = academy.generate(clock.today()).learners(group)[place].number
    rows = house.sql("portal", "select id::text, number, family_name from person where number = %s", number)
    return rows[0][0], rows[0][1], rows[0][2]


def spans(house: House, journal: str, person: str) -> Any:
    query = "select spans from sheet_row where journal_id = %s::uuid and person_id = %s::uuid"
    rows = house.sql("ejournal", query, journal, person)
    return rows[0][0] if rows else None


def write_order(registrar: Any, page: Any, path: str, number: str, basis: str, **more: str) -> None:
    """Fill the form of an order, look at what changes, apply it."""
    registrar.go(page, path)
    values = {"number": number, "order_date": clock.today().strftime("%d.%m.%Y"), "basis": basis, **more}
    for name, value in values.items():
        field = page.locator(f"#f-{name}")
        field.select_option(value) if name in {"kind", "group_code"} else field.fill(value)
    registrar.post(page, "main form.form .btn:not(.quiet)")


@pytest.mark.parametrize(("language", "place"), [("kk", 3), ("ru", 4)])
def test_an_order_moves_a_learner_from_its_day_and_another_one_undoes_it(
    house: House, desk: Any, language: str, place: int
) -> None:
    basis, left, joined = WORDS[language]
    (old, was), (new, becomes) = sorted(journals(house).items(), reverse=True)
    person, number, family = learner(house, old, place)
    mark = f"{secrets.randbelow(9000) + 1000}-{language}"
    registrar = desk("registrar", language)
    page = registrar.page()
    day = a_day(house)
    write_order(
        registrar, page, f"/portal/movements/new?person={number}", mark, basis, kind="transfer", group_code=new,
        effective_on=day.strftime("%d.%m.%Y"),
    )  # fmt: skip

    # The preview says what changes; nothing has changed yet.
    seen = page.locator("main").inner_text()
    assert family in seen
    assert page.locator("main table").count() == 2
    assert spans(house, was, person) == []
    registrar.post(page, "main form[action$='/apply'] .btn.ok")
    until(lambda: spans(house, becomes, person), "the new journal takes the learner", 30)
    until(
        lambda: (spans(house, was, person) or [{}])[-1].get("to") == day.isoformat(),
        "the old one lets go",
        30,
    )

    # Both journals show it: who left, since when; who came, since when.
    for journal, word in ((was, left), (becomes, joined)):
        grid = registrar.open(f"/journal/journals/{journal}")
        row = grid.locator("grade-grid tbody tr", has_text=family).filter(has_text=word)
        assert row.count() >= 1
        assert row.first.locator("td[data-away]").count() >= 1
        assert mark in str(row.first.locator("td[data-away]").first.get_attribute("title"))
    registrar.go(page, f"{page.url.removeprefix(house.url)}/cancel")
    write_order(registrar, page, page.url.removeprefix(house.url), f"{mark}-2", basis)
    registrar.post(page, "main form[action$='/apply'] .btn.ok")
    until(lambda: (spans(house, was, person) or [{}])[-1].get("to", "") is None, "the learner is back", 30)
    until(lambda: spans(house, becomes, person) == [], "the other journal is as before", 30)


@pytest.mark.parametrize(("language", "place"), [("kk", 5), ("ru", 6)])
def test_a_duty_excuses_a_lesson_by_itself_and_goes_back_when_withdrawn(
    house: House, desk: Any, language: str, place: int
) -> None:
    group, journal = sorted(journals(house).items(), reverse=True)[0]
    person, number, family = learner(house, group, place)
    [(column, day)] = house.sql(
        "ejournal",
        "select c.id::text, c.date from journal_column c where c.journal_id = %s::uuid and c.kind = 'lesson' and c.in_timetable "
        "and not exists (select from cell where column_id = c.id and person_id = %s::uuid and value is not null) "
        "order by c.date desc limit 1",
        journal,
        person,
    )
    cell = "select value from cell where column_id = %s::uuid and person_id = %s::uuid"
    shown = day.strftime("%d.%m.%Y")
    registrar = desk("registrar", language)
    page = registrar.open(f"/portal/duties/new?day={shown}")
    page.locator("#f-kind").select_option("guard")
    page.locator("#f-people").fill(number)
    page.locator("#f-basis").fill(WORDS[language][0])
    registrar.post(page, "main form.form .btn:not(.quiet)")
    assert family in page.locator("main table").inner_text()
    until(lambda: house.sql("ejournal", cell, column, person) == [("duty",)], "the lesson is excused", 30)

    grid = registrar.open(f"/journal/journals/{journal}")
    row = grid.locator(f"grade-grid tbody tr[data-p='{person}']")
    assert row.locator("td.abs").count() >= 1

    page.locator("tr", has_text=family).locator("input[name=reason]").fill(WORDS[language][0])
    registrar.post(page, page.locator("tr", has_text=family).locator("button"))
    until(lambda: house.sql("ejournal", cell, column, person) == [(None,)], "the cell goes back", 30)
