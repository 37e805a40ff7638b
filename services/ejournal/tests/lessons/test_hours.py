"""Hours planned and held over journals: as each journal says itself, within the scope, on page, in file and over the wire."""

import io

import pytest
from openpyxl import load_workbook
from services.ejournal.tests.academy import WRITER

BOARD = "ejournal.board.read"
READ = "ejournal.journal.read"


@pytest.fixture
def filled(by_calendar, client):
    teacher = client(WRITER, by_calendar.teacher)
    by_calendar.fill(teacher, {(0, 2): "80"})
    return by_calendar


def hours_of(person, **query):
    return person.get("/journal/api/v1/hours", query_string=query).get_json()["items"]


def test_clause_4_7_the_table_says_what_each_journal_says(filled, client) -> None:
    chief = client({BOARD: [("institution", None)], READ: [("institution", None)]})
    [line] = hours_of(chief)
    book = chief.get(f"/journal/api/v1/journals/{filled.journal}/lessons").get_json()
    assert {name: line[name] for name in ("planned", "held", "missing")} == {
        name: sum(one[name] for one in book["hours"]) for name in ("planned", "held", "missing")
    }
    assert (line["curriculum_hours"], line["percent"]) == (150, 50)


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (("institution", None), True), (("department", "criminal-law"), True), (("department", "tactics"), False),
        (("faculty", "investigation"), True), (("faculty", "other"), False),
    ],
)  # fmt: skip
def test_clause_8_a_head_of_department_sees_the_own_department(filled, client, scope, seen) -> None:
    head = client({BOARD: [scope]})
    assert bool(hours_of(head)) is seen
    page = head.get("/journal/hours").get_data(as_text=True)
    assert ("Қылмыстық құқық" in page) is seen
    assert ('class="figure"' in page) is seen


def test_a_department_and_a_period_are_chosen(filled, client) -> None:
    chief = client({BOARD: [("institution", None)]})
    assert hours_of(chief, department="tactics") == []
    assert len(hours_of(chief, department="criminal-law", period_id=str(filled.period))) == 1
    assert hours_of(chief, period_id="00000000-0000-0000-0000-000000000000") == []
    assert chief.get("/journal/hours?period=nonsense&department=x").status_code == 200
    assert client({READ: [("institution", None)]}).get("/journal/hours").status_code == 403


def test_the_table_is_a_file_as_well(filled, client) -> None:
    chief = client({BOARD: [("institution", None)]})
    sheet = load_workbook(io.BytesIO(chief.get("/journal/hours.xlsx").data)).active
    assert [cell.value for cell in sheet[2]] == ["Қылмыстық құқық", "ҚІ-24-1", 150, 6, 2, 2, 50]
    assert "Қылмыстық құқық" in chief.get("/journal/hours.csv").get_data(as_text=True)
    assert chief.get("/journal/hours.pdf").status_code == 404
