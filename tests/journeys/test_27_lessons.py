"""Journey 27: topic and homework reach the learner; a substitute holds one lesson of a colleague and writes nowhere else; hours are counted."""

from typing import Any

import pytest

from chassis import clock
from dev.browsing import NARROW, overflow, violations
from dev.testing import House, until

# Each language has a journal and lessons of its own: what the one leaves behind does not stand in the way of the other.
WORDS = {
    "kk": ("LNG101", "Әкімшілік құқық пәні мен әдісі", "№ 3 дәріс конспектісі, 12-18-беттер", "Менің алмастыруларым", 0),
    "ru": ("SOC101", "Предмет и метод административного права", "Конспект лекции № 3, с. 12-18", "Мои замещения", 1),
}  # fmt: skip
JOURNAL = """
    select j.id::text from journal j join study_group g using (group_id) join discipline d using (discipline_id)
    where g.code = 'ҚҚ-26-1' and d.code = %s
"""
FREE = """
    select c.id::text from journal_column c where c.journal_id = %s::uuid and c.kind = 'lesson' and c.lesson_kind <> 'lecture'
    and c.publication = 0 and not exists (select from substitution s where s.column_id = c.id)
    and not exists (select from cell where cell.column_id = c.id)
    and not exists (select from lesson_list l where l.lessons @> jsonb_build_array(jsonb_build_object(
        'teacher_id', %s::text, 'date', to_char(c.date, 'YYYY-MM-DD'), 'pair', c.pair)))
    order by c.date, c.id limit 1
"""
WRITE = """async ([path, key]) => {
    const answer = await fetch(path, {method: 'PATCH', body: JSON.stringify([{k: key, v: '55', b: 0}]),
        headers: {'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID()}});
    return [answer.status, (await answer.json()).cells?.[0]?.state ?? ''];
}"""


def journal_of(house: House, discipline: str) -> str:
    [(found,)] = house.sql("ejournal", JOURNAL, discipline)
    return str(found)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_4_7_topic_and_homework_reach_the_learner(house: House, desk: Any, language: str) -> None:
    _discipline, topic, homework, _title, number = WORDS[language]
    journal = journal_of(house, "ADM101")
    teacher, cadet = desk("teacher", language), desk("cadet", language)
    page = teacher.open(f"/journal/journals/{journal}")
    page.locator(f"a[href$='/{journal}/lessons']").click()
    page.wait_for_url("**/lessons")
    assert page.locator("figure svg.chart").count() == 1
    page.locator("main table tbody th a").nth(number).click()
    page.wait_for_url("**/lessons/*")
    page.locator("#f-topic").fill(topic)
    page.locator("#f-homework").fill(homework)
    teacher.post(page, "main form.form .btn:not(.quiet)")
    page.wait_for_url("**/lessons#l-*")
    row = page.locator(f"tr[id='{page.url.partition('#')[2]}']")
    assert topic in row.inner_text()
    assert homework in row.inner_text()
    assert violations(page) == []

    read = cadet.open(f"/journal/my/{journal}").locator("section:has(#lessons)").inner_text()
    assert topic in read
    assert homework in read


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_12_a_substitute_holds_one_lesson(house: House, desk: Any, language: str) -> None:
    discipline, topic, _homework, title, _number = WORDS[language]
    journal = journal_of(house, discipline)
    [(person,)] = house.sql("auth", "select person_id::text from account where login = 'teacher'")
    [(column,)] = house.sql("ejournal", FREE, journal, person)
    place = f"/journal/journals/{journal}"
    registrar, teacher, cadet = (
        desk("registrar", language),
        desk("teacher", language),
        desk("cadet", language),
    )
    teacher.open(place, expect=403).close()

    page = registrar.open(f"{place}/substitutions")
    page.locator("#f-person_id").select_option(person)
    page.locator(f"input[name=columns][value='{column}']").check()
    page.locator("#f-reason-trip").check()
    page.locator("#f-order_number").fill("27-ж")
    page.locator("#f-order_date").fill(f"{clock.today():%d.%m.%Y}")
    registrar.post(page, "main form.form .btn:not(.quiet)")
    assert "27-ж" in page.locator("main table").first.inner_text()
    assert violations(page) == []

    # The substitute is led from the start page to the one lesson, and enters a mark.
    page = teacher.open("/journal/")
    assert title in page.locator("main").inner_text()
    page.locator(f"a[href='{place}/columns/{column}']").click()
    page.wait_for_url(f"**/columns/{column}")
    page.locator("input[name^='v:']").first.fill("77")
    page.locator("input[name^='v:']").first.press("Enter")
    typed = "select value from cell where column_id = %s::uuid and changed_by = %s::uuid"
    until(lambda: house.sql("ejournal", typed, column, person) == [("77",)], "the mark is saved", 10)
    page.locator(f"a[href='{place}/lessons/{column}']").click()
    page.wait_for_url("**/lessons/*")
    page.locator("#f-topic").fill(f"{topic} ({discipline})")
    teacher.post(page, "main form.form .btn:not(.quiet)")
    assert f"{topic} ({discipline})" in cadet.open(f"/journal/my/{journal}").locator("main").inner_text()

    # Everything else of the journal is only read.
    grid = teacher.open(place)
    heads = grid.locator("table.grid thead th[data-c]")
    assert heads.count() - grid.locator("table.grid thead th[data-locked]").count() == 1
    assert (
        grid.locator(f"[data-publish], a[href='{place}/reopening'], a[href='{place}/statements']").count()
        == 0
    )
    other = grid.locator("table.grid thead th[data-locked]").first.get_attribute("data-c")
    learner = grid.locator("tr[data-p]").first.get_attribute("data-p")
    teacher.expected.add(409)
    answer = grid.evaluate(WRITE, [f"/journal/api/v1/journals/{journal}/cells", f"{learner}:{other}"])
    assert answer == [409, "locked"]
    assert violations(grid) == []
    for path in ("statements", "files", "reopening"):
        teacher.open(f"{place}/{path}", expect=403).close()
    refused = "select count(*) from chassis.audit_row where act = 'ejournal.journal.refused' and subject = %s and actor = %s"
    assert house.sql("ejournal", refused, f"journal:{journal}", person)[0][0] >= 4

    # The mark is taken back: other journeys find the journal as it was.
    page = teacher.open(f"{place}/columns/{column}")
    page.locator("input[name^='v:']").first.fill("")
    page.locator("input[name^='v:']").first.press("Enter")
    until(lambda: house.sql("ejournal", typed, column, person) == [(None,)], "the mark is taken back", 10)


@pytest.mark.parametrize(("language", "viewport"), [("kk", None), ("ru", NARROW)])
def test_clause_4_7_the_quality_unit_compares_hours(
    house: House, desk: Any, language: str, viewport: Any
) -> None:
    quality = desk("quality", language, viewport=viewport)
    page = quality.open("/journal/hours")
    assert page.locator("figure svg.chart").count() == 1
    page.locator("main > .table-frame tbody th a").first.click()
    page.wait_for_url("**/hours?*department=*")
    rows = page.locator("main > .table-frame tbody tr")
    assert rows.count() >= 1
    assert violations(page) == []
    assert overflow(page) == []
    rows.first.locator("th a").click()
    page.wait_for_url("**/lessons")
    assert page.locator("main table tbody tr").count() > 1
