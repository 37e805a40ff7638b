"""Windows at work: a closed column takes no mark, on the page, by the form, by the API; the institution sets them."""

import pytest
from services.ejournal.tests.academy import READER, WRITER, cell
from sqlalchemy import text

from chassis.db import unit_of_work

SETTER = {"ejournal.windows.change": [("institution", None)]}


@pytest.fixture
def teacher(by_calendar, client):
    return client(WRITER, by_calendar.teacher)


PLACES = {"old": 0, "rk1": 1, "today": 2, "coming": 3, "rk2": 4}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("old", "толтыру мерзімі аяқталған"), ("rk1", "толтыру мерзімі аяқталған"), ("coming", "өткізілген жоқ"),
        ("rk2", "мерзімі әлі басталған жоқ"),
    ],
)  # fmt: skip
def test_clause_12_a_mark_in_a_closed_window_is_refused_in_words(by_calendar, teacher, place, words) -> None:
    key = by_calendar.key(0, PLACES[place])
    answer = teacher.patch(by_calendar.cells_path, json=[cell(key, "80", 0)])
    assert answer.status_code == 409
    [told] = answer.get_json()["cells"]
    assert told["state"] == "locked"
    assert words in told["detail"]


def test_an_open_column_among_closed_ones_is_saved(by_calendar, teacher) -> None:
    answer = by_calendar.fill(teacher, {(0, 0): "80", (0, 2): "90", (1, 3): "70"})
    assert [one["state"] for one in answer.get_json()["cells"]] == ["locked", "ok", "locked"]


def test_a_lesson_on_a_day_off_takes_no_mark(by_calendar, teacher, client, today) -> None:
    change(client, days_off=[today.isoformat()])
    answer = by_calendar.fill(teacher, {(0, 2): "90"})
    assert answer.get_json()["cells"][0]["state"] == "locked"
    assert "демалыс күні" in answer.get_json()["cells"][0]["detail"]


def test_the_grid_and_the_form_show_what_is_closed(by_calendar, teacher, client) -> None:
    page = teacher.get(f"/journal/journals/{by_calendar.journal}").get_data(as_text=True)
    assert page.count("data-locked title=") == 4
    form = teacher.get(f"/journal/journals/{by_calendar.journal}/columns/{by_calendar.columns[0]}")
    assert "readonly" in form.get_data(as_text=True)
    open_ = teacher.get(f"/journal/journals/{by_calendar.journal}/columns/{by_calendar.columns[2]}")
    assert "readonly" not in open_.get_data(as_text=True)
    assert "data-locked" not in client(READER).get(f"/journal/journals/{by_calendar.journal}").get_data(
        as_text=True
    )


def test_a_reopened_journal_takes_every_mark(by_calendar, teacher) -> None:
    by_calendar.open_windows()
    answer = by_calendar.fill(teacher, {(0, place): "80" for place in range(5)})
    assert {one["state"] for one in answer.get_json()["cells"]} == {"ok"}


def change(client, **values):
    setter = client(SETTER)
    now = setter.get("/journal/api/v1/windows").get_json()
    answer = setter.put("/journal/api/v1/windows", json={**now, "basis": "Бұйрық № 7", **values})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_the_windows_are_changed_by_order_and_audited(client, engine) -> None:
    page = client(SETTER)
    values = {
        "lesson_days": "20", "midterm_before": "7", "midterm_after": "3", "reopen_days": "5",
        "days_off": "16.12\n04.01.2027", "basis": "Бұйрық № 12",
    }  # fmt: skip
    assert page.submit("/journal/windows", values, action="/journal/windows").status_code == 303
    shown = page.get("/journal/windows").get_data(as_text=True)
    assert 'value="20"' in shown
    assert "16.12\n04.01.2027" in shown
    with unit_of_work(engine) as session:
        [row] = session.execute(text("select act, basis, before, after from chassis.audit_row")).all()
    assert (row.act, row.basis) == ("ejournal.windows.changed", "Бұйрық № 12")
    assert (row.before["lesson_days"], row.after["lesson_days"]) == (10, 20)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("days_off", "31.02", "«31.02» күн емес"), ("lesson_days", "400", "366"), ("lesson_days", "abc", ""),
        ("basis", "", ""), ("reopen_days", "0", ""),
    ],
)  # fmt: skip
def test_what_is_no_window_is_refused_at_its_field(client, name: str, value: str, words: str) -> None:
    values = {"lesson_days": "20", "basis": "Бұйрық № 12"} | {name: value}
    answer = client(SETTER).submit("/journal/windows", values, action="/journal/windows")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="f-{name}-err"' in page
    assert words in page


def test_two_people_change_the_windows_and_the_second_is_told(client) -> None:
    change(client, lesson_days=11)
    stale = client(SETTER).put(
        "/journal/api/v1/windows",
        json={
            "lesson_days": 12, "midterm_before": 1, "midterm_after": 1, "reopen_days": 1, "days_off": [], "version": 1,
            "basis": "x",
        },
    )  # fmt: skip
    assert stale.status_code == 409
    assert stale.get_json()["current_version"] == 2


def test_clause_9_only_who_may_sets_the_windows(client, anonymous) -> None:
    assert client(READER).get("/journal/windows").status_code == 403
    assert client(WRITER).get("/journal/api/v1/windows").status_code == 403
    assert anonymous.get("/journal/api/v1/windows").status_code == 401
