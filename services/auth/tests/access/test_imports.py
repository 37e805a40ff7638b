"""Grants from XLSX: dry run with differences, faults by row and name, applied once and whole, undone once (clause 9)."""

import io
from uuid import UUID

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from auth.access import rules
from auth.access.model import GrantImport
from chassis.db import unit_of_work

HEAD = ["Логин или личный номер", "Роль", "Область действия", "Код области", "С какой даты", "По какую дату"]


def workbook(rows, head=HEAD) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([head, *rows]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


@pytest.fixture
def staff(make_person, registered, units_made):
    return [
        make_person(number=f"G-{n}", family_name=name) for n, name in enumerate(("Әлиев", "Қасымова", "Ким"))
    ]


@pytest.fixture
def living(engine):
    def count():
        with engine.connect() as connection:
            query = text("select role from role_grant where withdrawn_at is null order by role")
            return list(connection.scalars(query))

    return count


def send(client, rows, order, head=HEAD):
    client.flask.set_cookie("prefs", "lang=ru")
    file = (io.BytesIO(workbook(rows, head)), "grants.xlsx")
    return client.submit("/auth/grant-imports/upload", {**order, "file": file})


def good(staff):
    return [
        ["G-0", "Аудитор", "вся академия", "", "23.11.2026", ""],
        [staff[1].login, "Кафедра бастығы", "кафедра", "UGP", "2026-12-01", "31.12.2026"],
    ]


def test_clause_9_roles_are_given_from_a_file_once_and_undone_once(
    administrator, staff, order, living, feed_events
):
    bad = [
        ["никто", "Аудитор", "вся академия", "", "23.11.2026", ""], ["G-2", "Император", "вся академия", "", "23.11.2026", ""],
        ["G-2", "Аудитор", "вся академия", "", "31.02.2026", ""], ["G-2", "Аудитор", "кафедра", "XXX", "23.11.2026", ""],
        ["G-0", "Аудитор", "вся академия", "", "01.12.2026", ""], ["", "Аудитор", "вся академия", "", "01.12.2026", ""],
    ]  # fmt: skip
    answer = send(administrator, good(staff) + bad, order)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    place = answer.location
    dry = administrator.get(place).get_data(as_text=True)
    for words in (
        "никто",
        "Император",
        "31.02.2026",
        "с таким кодом нет",
        "уже есть",
        "должна быть заполнена",
        "Выдать 2 роли",
    ):
        assert words in dry
    assert living() == []
    assert [event for event in feed_events("auth/access") if event.type == "auth.grant.recorded.v1"] == []

    assert administrator.submit(place, {}, action=f"{place}/apply").status_code == 303
    assert living() == ["auditor", "department_head"]
    again = administrator.get(place).get_data(as_text=True)
    assert f"{place}/apply" not in again
    assert administrator.submit(place, {}, action=f"{place}/undo").status_code == 303
    assert living() == []
    assert f"{place}/undo" not in administrator.get(place).get_data(as_text=True)
    revoked = [e.data["revoked"] for e in feed_events("auth/access") if e.type == "auth.grant.recorded.v1"]
    assert revoked == [False, False, True, True]


def test_a_second_press_gives_nothing_twice(administrator, staff, order, living):
    place = send(administrator, good(staff), order).location
    page = administrator.get(place).get_data(as_text=True)
    form = {"_csrf": page.split('name="_csrf" value="')[1].split('"')[0]}
    assert administrator.post(f"{place}/apply", data=form | {"_key": "one"}).status_code == 303
    assert administrator.post(f"{place}/apply", data=form | {"_key": "two"}).status_code == 422
    assert administrator.post(f"{place}/undo", data=form | {"_key": "three"}).status_code == 303
    assert administrator.post(f"{place}/undo", data=form | {"_key": "four"}).status_code == 422
    assert living() == []


def test_clause_9_what_changed_since_the_check_stops_the_whole_file(
    administrator, staff, order, give, living, engine
):
    place = send(administrator, good(staff), order).location
    give(staff[1].person_id, "department_head", "department", "UGP")
    answer = administrator.submit(place, {}, action=f"{place}/apply")
    assert answer.status_code == 422
    assert "Строка 3, Қасымова" in answer.get_data(as_text=True)
    assert living() == ["department_head"]
    with unit_of_work(engine) as session:
        assert session.get(GrantImport, UUID(place.rsplit("/", 1)[1])).applied_at is None


def test_clause_9_nobody_grants_themselves_by_a_file(client, staff, order, living):
    codes = {"auth.grant.import": [("institution", None)]}
    mine = client(permissions=codes, person_id=staff[0].person_id)
    dry = mine.get(send(mine, good(staff), order).location).get_data(as_text=True)
    assert "самому себе нельзя" in dry
    assert "Выдать 1 роль" in dry


def test_clause_9_duties_that_two_rows_would_unite_are_refused(administrator, staff, order):
    rows = [
        ["G-0", "Преподаватель", "собственная учебная нагрузка", "", "23.11.2026", ""],
        ["G-0", "quality_officer", "вся академия", "", "23.11.2026", ""],
    ]
    dry = administrator.get(send(administrator, rows, order).location).get_data(as_text=True)
    assert "несовместимо" in dry
    assert "Выдать 1 роль" in dry


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        ([], [*HEAD[:-1], "Вес"], "Вес"),
        ([["=1+1", "", "", "", "", ""]], HEAD, "A2"),
        ([["G-0"]] * 600, HEAD, "500"),
    ],
)
def test_a_bad_file_of_grants_is_refused_as_a_whole(administrator, staff, order, rows, head, words):
    answer = send(administrator, rows, order, head)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "word", "sheets"), [("kk", "Рөл", 2), ("ru", "Роль", 2), ("en", "Role", 1)]
)
def test_the_template_offers_the_roles(administrator, registered, language, word, sheets):
    """Titles that are longer than a cell's own list may be stand on a second sheet."""
    data = administrator.get(f"/auth/grant-imports/template/{language}").get_data()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert word in book.get_sheet_by_index(0).to_python()[0]
    assert len(book.sheet_names) == sheets


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("23.11.2026", True),
        ("2026-11-23", True),
        ("31.02.2026", False),
        ("23/11/2026", False),
        ("", False),
        ("1.2", False),
        ("завтра", False),
    ],
)
def test_dates_of_cells(text, good):
    assert (rules.read_date(text) is not None) is good
    assert rules.date_fault(text) == (None if good else "bad-date")
