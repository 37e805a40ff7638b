"""Pages of statements, as a browser without JavaScript uses them."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from services.ejournal.tests.statements.conftest import ANYWHERE

PAGES = "/journal/statements"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_clause_11_the_whole_way_by_forms(office, academy) -> None:
    where = f"/journal/journals/{academy.journal}/statements"
    assert "Рейтинг ведомосы" in text(office.registrar.get(where))
    made = office.registrar.submit(where, {"kind": "rating"}, action=where)
    assert made.status_code == 303
    path = made.headers["Location"]
    for person, act in ((office.teacher, "submit"), (office.registrar, "accept")):
        action = f"{path}/{act}"
        assert person.submit(action, {}, action=action).status_code == 303
    page = text(office.registrar.get(path))
    assert "қабылданған, жабылған" in page
    follow = office.registrar.submit(
        path, {"date": "22.12.2026", "time": "09:00", "room": "204"}, action=where
    )
    assert follow.status_code == 303
    path = follow.headers["Location"]
    first, second, third = academy.learners
    marks = f"{path}/marks"
    form = text(office.teacher.get(marks))
    assert f'name="v:{third}"' not in form
    assert (
        office.teacher.submit(marks, {f"v:{first}": "91", f"v:{second}": "43"}, action=marks).status_code
        == 303
    )
    for person, act in ((office.teacher, "submit"), (office.registrar, "accept")):
        action = f"{path}/{act}"
        assert person.submit(action, {}, action=action).status_code == 303
    page = text(office.registrar.get(path))
    for part in ("B+", "FX", "22.12.2026", "204", "Қайта тапсыру ведомосы (FX)"):
        assert part in page, part


def test_the_form_of_marks_keeps_what_was_typed_and_says_what_is_wrong(office, academy) -> None:
    found = office.examination()
    path = f"{PAGES}/{found['id']}/marks"
    first, second, _third = academy.learners
    answer = office.teacher.submit(path, {f"v:{first}": "101", f"v:{second}": "70"}, action=path)
    assert answer.status_code == 200
    assert 'value="101"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert office.teacher.submit(path, {f"v:{first}": "x"}, action=path).status_code == 422


def test_an_act_that_cannot_be_done_says_every_reason(office) -> None:
    found = office.examination()
    page = text(office.teacher.get(f"{PAGES}/{found['id']}/submit"))
    assert "Қойылмаған баға: 2" in page
    assert '<form method="post" action="/journal/statements' not in page


def test_a_rectification_wants_an_order(office) -> None:
    sealed = office.sealed_examination("91", "43")
    path = f"{PAGES}/{sealed['id']}/rectification"
    assert office.registrar.submit(path, {"reason": "appeal"}, action=path).status_code == 422
    basis = {"reason": "appeal", "order_number": "145-л", "order_date": "20.11.2026"}
    made = office.registrar.submit(path, basis, action=path)
    assert made.status_code == 303
    assert "145-л" in text(office.registrar.get(made.headers["Location"]))


def test_the_archive_is_searched_by_number_group_and_discipline(office) -> None:
    sealed = office.sealed_rating()
    for query, found in (
        ("", True),
        (sealed["number"], True),
        ("ҚІ-24", True),
        ("уголовное", True),
        ("R-2026-99999", False),
        ("%", False),
    ):
        page = text(office.registrar.get(PAGES, query_string={"q": query}))
        assert (sealed["number"] + "</a>" in page) is found, query
    assert sealed["number"] + "</a>" not in text(office.registrar.get(PAGES, query_string={"kind": "retake"}))


@pytest.mark.parametrize(
    ("scope", "found"),
    [(("department", "criminal-law"), 1), (("department", "other"), 0), (("faculty", "investigation"), 1)],
)
def test_clause_8_readers_find_what_is_in_their_scope(
    office, client, scope: tuple[str, str], found: int
) -> None:
    sealed = office.sealed_rating()
    reader = client({"ejournal.statement.read": [scope]})
    assert reader.get("/journal/api/v1/statements").get_json()["total"] == found
    assert reader.get(f"{PAGES}/{sealed['id']}").status_code == (200 if found else 403)


def test_a_statement_goes_to_a_workbook(office, client) -> None:
    sealed = office.sealed_examination("91", "43")
    quality = client({"ejournal.statement.read": ANYWHERE})
    answer = quality.get(f"{PAGES}/{sealed['id']}/xlsx")
    rows = list(load_workbook(BytesIO(answer.get_data())).active.values)
    assert rows[1][1] == "Әлиев Арман"
    assert 87 in rows[1]
    assert len(rows) == 4
