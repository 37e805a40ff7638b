"""Journey 25: a closed column is asked for, granted by another person and filled; the board, a remark, its answer; no pen for who moderates."""

from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import BY_THE_CALENDAR

from chassis import clock
from dev.testing import House, until

# What happened before this journey stays; each language has a lecture of its own, and reasons tell the runs apart.
WORDS = {
    "kk": (
        "Іссапарда болдым, бағандар толтырылмай қалды",
        "Бағандар кеш толтырылған, тексеріңіз",
        "Тексерілді",
    ),
    "ru": ("Был в командировке, графы не заполнены", "Графы заполнены поздно, проверьте", "Проверено"),
}


def place(house: House, number: int) -> tuple[str, str]:
    """Give the journal of the second teacher that stands in the windows of the calendar, and one of its oldest lectures."""
    [(person,)] = house.sql("auth", "select person_id::text from account where login = 'teacher2'")
    rows = house.sql(
        "ejournal",
        "select j.id::text, c.id::text from journal j join study_group g using (group_id) "
        "join journal_teacher t on t.journal_id = j.id join journal_column c on c.journal_id = j.id "
        "where g.code = %s and t.person_id = %s::uuid and c.kind = 'lesson' and c.publication = 0 and c.reopened_until is null "
        "and not exists (select from reopening r where r.column_id = c.id) order by c.date, c.id",
        BY_THE_CALENDAR,
        person,
    )
    journal, column = rows[number]
    return str(journal), str(column)


@pytest.mark.parametrize(("language", "number"), [("kk", 0), ("ru", 1)])
def test_a_closed_column_is_reopened_by_two_persons(
    house: House, desk: Any, language: str, number: int
) -> None:
    journal, column = place(house, number)
    reason, remark, done = WORDS[language]
    teacher, quality = desk("teacher2", language), desk("quality", language)

    # The teacher meets a locked column, and is led to the request.
    page = teacher.open(f"/journal/journals/{journal}/columns/{column}")
    assert page.locator("input[name^='v:']:not([readonly])").count() == 0
    page.locator(f"a[href$='/reopening?column={column}']").click()
    page.wait_for_url("**/reopening?column=*")
    assert page.locator("#f-column_id").input_value() == column
    page.locator("#f-reason").fill(reason)
    page.locator("#f-until").fill((clock.today() + timedelta(days=2)).strftime("%d.%m.%Y"))
    teacher.post(page, "main form.form .btn:not(.quiet)")
    assert reason in page.locator("main").inner_text()

    # Another person grants; the column takes marks at once.
    [(request,)] = house.sql(
        "ejournal", "select id::text from reopening where column_id = %s::uuid and state = 'asked'", column
    )
    deciding = quality.open("/journal/reopenings")
    assert reason in deciding.locator("main").inner_text()
    quality.post(deciding, f"form[action$='{request}/grant'] .btn:not(.quiet)")
    page = teacher.open(f"/journal/journals/{journal}/columns/{column}")
    page.locator("input[name^='v:']").first.fill("81")
    page.locator("input[name^='v:']").first.press("Enter")
    typed = "select value from cell where column_id = %s::uuid"
    until(lambda: house.sql("ejournal", typed, column) == [("81",)], "the mark is saved", 10)

    # The board counts it; a remark reaches the teacher and its answer the quality unit.
    board = quality.open("/journal/moderation")
    assert board.locator("svg").count() >= 1
    assert board.locator("main table").count() >= 1
    own = quality.open(f"/journal/moderation/journals/{journal}")
    own.locator("#f-words").fill(remark)
    quality.post(own, "form[action$='/remarks'] .btn")
    page = teacher.open(f"/journal/journals/{journal}")
    assert remark in page.locator("main").inner_text()
    page.locator("form[action$='/answer'] input[name=answer]").first.fill(done)
    teacher.post(page, "form[action$='/answer'] .btn >> nth=0")
    assert done in quality.open(f"/journal/moderation/journals/{journal}").locator("main").inner_text()

    # Who did it is seen by its history; and who moderates has no pen.
    history = quality.open(f"/journal/journals/{journal}/columns/{column}/history")
    assert "81" in history.locator("main table").inner_text()
    reading = quality.open(f"/journal/journals/{journal}")
    assert reading.locator("[data-writable], input.cell").count() == 0
    quality.open(f"/journal/journals/{journal}/columns/{column}", expect=403)
