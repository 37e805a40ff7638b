"""Blind double entry over the API and the pages: two teachers, each alone, and a third person."""

from typing import Any

import pytest
from services.ejournal.tests.statements.conftest import ANYWHERE, API, EXAMINER, REGISTRAR, with_key
from services.ejournal.tests.statements.test_life import reasons
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.db import unit_of_work

BECAUSE = "Жазба жұмысы комиссиямен қайта тексерілді"


@pytest.fixture
def blind(office, client, academy) -> Any:
    """An examination statement whose marks are entered twice: who enters second, who requires, who agrees."""
    office.head = client(REGISTRAR | {"ejournal.statement.blind": ANYWHERE})
    office.other = with_key(client(EXAMINER, academy.colleague))
    office.third = client(
        {"ejournal.statement.agree": [("department", "criminal-law")], "ejournal.statement.read": ANYWHERE}
    )
    office.statement = office.examination()["id"]
    return office


def require(office) -> Any:
    return office.act(office.head, "blind", office.statement)


def enter(person, statement: str, rows: Any, *marks: str, base: int = 0) -> Any:
    body = [{"k": row["person_id"], "v": mark, "b": base} for row, mark in zip(rows, marks, strict=False)]
    return person.patch(f"{API}/{statement}/entry", json=body)


def hand_in(person, statement: str) -> Any:
    return person.post(f"{API}/{statement}/entry/hand-in", json={})


def agree(person, statement: str, row: Any, mark: str, base: int = 0) -> Any:
    return person.post(
        f"{API}/{statement}/comparison",
        json={"k": row["person_id"], "v": mark, "b": base, "because": BECAUSE},
    )


def test_clause_11_two_entries_a_difference_and_a_third_person(blind) -> None:
    statement, teacher, other = blind.statement, blind.teacher, blind.other
    assert require(blind).status_code == 200
    rows = blind.get(statement)["rows"]
    assert reasons(blind.mark(statement, "91")) == {"blind-entry"}
    assert enter(teacher, statement, rows, "91", "60").status_code == 200
    assert enter(other, statement, rows, "91", "66").status_code == 200
    # Nobody learns of the other entry, nor does the statement have a mark.
    assert [row["mark"] for row in blind.get(statement)["rows"]] == [None, None, None]
    mine = other.get(f"{API}/{statement}/entry").get_json()
    assert (mine["place"], [one["value"] for one in mine["marks"]]) == (2, ["91", "66"])
    assert hand_in(teacher, statement).get_json() == {"both": False, "differing": 0}
    assert blind.third.get(f"{API}/{statement}/comparison").get_json() == {"both": False, "differing": []}
    assert reasons(agree(blind.third, statement, rows[1], "64")) == {"entries-missing"}
    assert hand_in(other, statement).get_json() == {"both": True, "differing": 1}
    # Equal marks hold; the differing one is named with both values, and waits for a third person.
    assert [row["mark"] for row in blind.get(statement)["rows"]] == ["91", None, None]
    assert reasons(blind.act(teacher, "submit", statement)) == {"marks-missing", "readings-differ"}
    [line] = blind.third.get(f"{API}/{statement}/comparison").get_json()["differing"]
    assert (line["person_id"], line["marks"]) == (rows[1]["person_id"], ["60", "66"])
    assert agree(blind.third, statement, rows[1], "64").status_code == 200
    assert blind.third.get(f"{API}/{statement}/comparison").get_json()["differing"] == []
    sealed = blind.seal(statement)
    assert [row["mark"] for row in sealed["rows"]] == ["91", "64", None]


def test_an_entry_that_was_handed_in_changes_no_more(blind) -> None:
    statement = blind.statement
    require(blind)
    rows = blind.get(statement)["rows"]
    assert reasons(hand_in(blind.teacher, statement)) == {"marks-missing"}
    enter(blind.teacher, statement, rows, "91", "60")
    assert hand_in(blind.teacher, statement).status_code == 200
    assert reasons(enter(blind.teacher, statement, rows, "95", base=1)) == {"handed-in"}
    assert reasons(hand_in(blind.teacher, statement)) == {"handed-in"}


@pytest.mark.parametrize(("wrong", "state"), [("101", "invalid"), ("abc", "invalid"), ("٧٧", "invalid")])
def test_an_entry_is_judged_as_any_mark(blind, wrong: str, state: str) -> None:
    statement = blind.statement
    require(blind)
    rows = blind.get(statement)["rows"]
    answer = enter(blind.teacher, statement, rows, "91", wrong)
    assert [one["state"] for one in answer.get_json()["marks"]] == ["ok", state]
    stale = enter(blind.teacher, statement, rows, "92")
    assert (stale.status_code, stale.get_json()["marks"][0]["state"]) == (409, "conflict")
    assert enter(blind.teacher, statement, rows, "92", base=1).status_code == 200


def test_who_may_require_enter_and_agree(blind, client, academy) -> None:
    statement = blind.statement
    rows = blind.get(statement)["rows"]
    assert reasons(enter(blind.teacher, statement, rows, "91")) == {"not-blind"}
    assert blind.act(blind.registrar, "blind", statement).status_code == 403, "a permission of its own"
    require(blind)
    assert reasons(require(blind)) == {"wrong-state"}
    assert enter(client(EXAMINER), statement, rows, "91").status_code == 403, "of another journal"
    assert (
        client({"ejournal.statement.agree": [("department", "police")]})
        .get(f"{API}/{statement}/comparison")
        .status_code
        == 403
    )
    for person in (blind.teacher, blind.other):
        enter(person, statement, rows, "91", "60" if person is blind.teacher else "61")
        hand_in(person, statement)
    both = client(EXAMINER | {"ejournal.statement.agree": ANYWHERE}, academy.teacher)
    assert reasons(agree(both, statement, rows[1], "60")) == {"entered-oneself"}
    for wrong in ("", "101", "abc"):
        assert agree(blind.third, statement, rows[1], wrong).status_code == 422
    assert agree(blind.third, statement, rows[0], "70").status_code == 422, "nothing differs there"
    assert agree(blind.third, statement, rows[1], "60", base=7).status_code == 409


def test_it_is_required_before_the_first_mark_and_of_two_teachers(blind, academy) -> None:
    blind.mark(blind.statement, "91")
    assert reasons(require(blind)) == {"wrong-state"}
    academy.tell_assignment(teachers=[str(academy.teacher)])
    practice = blind.issue("practice").get_json()["id"]
    assert reasons(blind.act(blind.head, "blind", practice)) == {"two-teachers-needed"}


def test_what_the_registrar_found_wrong_in_both_entries_is_put_right_by_the_third(blind) -> None:
    statement = blind.statement
    require(blind)
    rows = blind.get(statement)["rows"]
    for person in (blind.teacher, blind.other):
        enter(person, statement, rows, "91", "60")
        hand_in(person, statement)
    assert reasons(agree(blind.third, statement, rows[1], "62", base=1)) == {"nothing-differs"}
    assert blind.act(blind.teacher, "submit", statement).status_code == 200
    blind.act(blind.registrar, "return", statement, remark="Проверьте вторую строку")
    assert reasons(enter(blind.teacher, statement, rows, "", "62", base=1)) == {"handed-in"}
    assert agree(blind.third, statement, rows[1], "62", base=1).status_code == 200
    page = blind.third.get(f"/journal/statements/{statement}/comparison").get_data(as_text=True)
    assert "Проверьте вторую строку" in page
    assert [row["mark"] for row in blind.seal(statement)["rows"]] == ["91", "62", None]


@pytest.mark.parametrize(
    "change",
    [
        "update statement_reading set value = '100'",
        "update statement_reader set handed_in_at = null",
        "delete from statement_reading",
        "delete from statement_reader",
        "insert into statement_reader (statement_id, place, person_id) select statement_id, 3, gen_random_uuid() from statement_reader",
        "update statement_row set mark = '60', agreed_because = 'because', agreed_by = (select person_id from statement_reader limit 1)",
        "update statement set blind = false, version = version + 1",
    ],
)
def test_the_database_itself_keeps_double_entry(blind, change: str) -> None:
    statement = blind.statement
    require(blind)
    rows = blind.get(statement)["rows"]
    enter(blind.teacher, statement, rows, "91", "60")
    hand_in(blind.teacher, statement)
    with pytest.raises(DBAPIError), unit_of_work(blind.academy.engine) as session:
        session.execute(text(change))


def test_the_whole_way_by_forms(blind) -> None:
    statement = blind.statement
    path = f"/journal/statements/{statement}"
    assert blind.head.submit(path, {}, action=f"{path}/blind").status_code == 303
    first, second, third = (row["person_id"] for row in blind.get(statement)["rows"])
    entry = f"{path}/entry"
    for person, marks in ((blind.teacher, ("91", "60")), (blind.other, ("91", "66"))):
        page = person.get(entry).get_data(as_text=True)
        assert f'name="v:{third}"' not in page
        assert 'value="91"' not in page, "nothing of the other entry"
        bad = person.submit(entry, {f"v:{first}": "x"}, action=entry)
        assert bad.status_code == 422
        form = dict(zip((f"v:{first}", f"v:{second}"), marks, strict=True))
        assert person.submit(entry, form, action=entry).status_code == 303
        assert person.submit(entry, {}, action=f"{entry}/hand-in").status_code == 303
    page = blind.third.get(f"{path}/comparison").get_data(as_text=True)
    for word in ("Ким Даурен", "Сапарова Г. Қ.", "Омаров Б.", "60", "66"):
        assert word in page, word
    assert "Әлиев Арман" not in page
    where = f"{path}/comparison"
    told = {"k": second, "b": "0", "v": "64"}
    assert blind.third.submit(where, told, action=where).status_code == 422
    assert blind.third.submit(where, told | {"v": "abc", "because": BECAUSE}, action=where).status_code == 422
    assert blind.third.submit(where, told | {"because": BECAUSE}, action=where).status_code == 303
    assert BECAUSE in blind.third.get(where).get_data(as_text=True)
