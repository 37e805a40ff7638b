"""An intake changes whom it finds by number: what each row does is seen before, field by field, and done as it was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from auth.accounts.model import Account
from auth.people import rules
from auth.people.model import Intake, Person
from chassis.db import unit_of_work

RECORD = dict.fromkeys(rules.CHANGED_BY_FILE, "x") | {"patronymic": None}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("row", "changes"),
    [
        ({}, {}),
        ({"group_code": "y"}, {"group_code": "y"}),
        ({"family_name": "y", "given_name": "z"}, {"family_name": "y", "given_name": "z"}),
        ({"patronymic": "y"}, {"patronymic": "y"}),
        ({"group_code": "", "department_code": "", "patronymic": ""}, {}),
    ],
)
def test_what_a_row_makes_of_a_record(row, changes):
    full = {name: value or "" for name, value in RECORD.items()} | row
    assert rules.difference(RECORD, full) == changes
    assert rules.is_another_name(changes) == ({"family_name", "given_name"} <= set(changes))


@pytest.mark.unit
@given(*(st.fixed_dictionaries({name: st.text(max_size=3) for name in rules.CHANGED_BY_FILE}) for _ in "ab"))
def test_a_row_applied_twice_changes_nothing_the_second_time(record, row):
    changes = rules.difference(record, row)
    assert rules.difference(record | changes, row) == {}
    assert all(changes.values())


def acts(stored, place):
    return {row["number"]: row["act"] for row in stored(Intake, place).good}


def test_clause_10_a_file_enters_changes_and_leaves_alone(
    send, apply, row, stored, administrator, make_person, feed_events
):
    same = row("С-1")
    known = make_person(**row("И-1", group_code="ПД-11", department_code=None), password=None)
    make_person(**same, password=None)
    before = len(feed_events("auth/people"))
    place = send(row("Н-1"), row("И-1", patronymic=""), same)
    assert acts(stored, place) == {"Н-1": "new", "И-1": "change", "С-1": "same"}
    assert stored(Person, "И-1").group_code == "ПД-11"
    administrator.flask.set_cookie("prefs", "lang=ru")
    page = administrator.get(place).get_data(as_text=True)
    assert "ПД-11</del>" in page
    assert "ПД-21</ins>" in page
    only = administrator.get(f"{place}?show=same").get_data(as_text=True)
    assert "С-1" in only
    assert "Н-1" not in only

    assert apply(place).status_code == 303
    changed = stored(Person, "И-1")
    assert (changed.group_code, changed.department_code, changed.patronymic) == ("ПД-21", "F1", "Болатұлы")
    assert stored(Account, "И-1").login == known.login
    assert stored(Account, "Н-1") is not None
    assert len(feed_events("auth/people")) == before + 2
    assert stored(Person, "С-1").version == 1


def test_what_a_file_changed_is_audited_with_before_after_and_order(send, apply, row, engine, make_person):
    make_person(**row("И-1", group_code="ПД-11"), password=None)
    apply(send(row("И-1")))
    with engine.connect() as connection:
        found = connection.execute(
            text("select before, after, basis from chassis.audit_row where act = 'auth.person.changed'")
        ).one()
    assert found.before == {"group_code": "ПД-11", "status": "active"}
    assert found.after == {"group_code": "ПД-21", "status": "active"}
    assert found.basis == "№ 12-к, 01.09.2026"


@pytest.mark.parametrize(
    ("present", "fields", "word"),
    [({}, {"kind": "staff"}, "категория"), ({}, {"department_code": "XXX"}, "XXX"), ({"status": "left"}, {}, "выбыл")],
)  # fmt: skip
def test_rows_that_cannot_change_anybody(
    send, row, stored, administrator, engine, make_person, present, fields, word
):
    make_person(**row("И-1", group_code="ПД-11"), password=None)
    with unit_of_work(engine) as session:
        session.execute(
            text("update person set status = :status"), {"status": present.get("status", "active")}
        )
    administrator.flask.set_cookie("prefs", "lang=ru")
    place = send(row("И-1", **fields), row("Н-1"))
    assert acts(stored, place) == {"Н-1": "new"}
    assert word in administrator.get(place).get_data(as_text=True)


def test_a_record_changed_since_the_check_stops_the_whole_file(
    send, apply, row, stored, administrator, make_person
):
    person = make_person(**row("И-1", group_code="ПД-11"), password=None)
    place = send(row("Н-1"), row("И-1"))
    administrator.submit(f"/auth/people/{person.person_id}/edit", {"group_code": "ПД-31"})
    refused = apply(place)
    assert refused.status_code == 422
    assert "И-1" in refused.get_data(as_text=True)
    assert stored(Person, "Н-1") is None
    assert stored(Person, "И-1").group_code == "ПД-31"


def test_a_file_that_changes_nothing_is_not_applied(send, row, administrator, make_person):
    make_person(**row("С-1"), password=None)
    place = send(row("С-1"))
    assert f"{place}/apply" not in administrator.get(place).get_data(as_text=True)


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+Ким", "-Ким", "@Ким", "=1+1"])
def test_a_name_that_is_a_formula_is_refused_in_words(send, row, stored, administrator, name):
    """CSV injection stops at the door: the row is named, the name is shown as a text."""
    administrator.flask.set_cookie("prefs", "lang=ru")
    place = send(row("Ф-1", family_name=name), row("Н-1"))
    assert acts(stored, place) == {"Н-1": "new"}
    page = administrator.get(place).get_data(as_text=True)
    assert "не похоже на имя" in page


def test_a_program_brings_rows_like_a_file(administrator, units_made, row):
    body = {"name": "отдел кадров", "order_number": "5", "order_date": "2026-09-01"}
    judged = administrator.post(
        "/auth/api/v1/intakes", json=body | {"rows": [row("Н-1"), row("Ф-1", family_name="=1")]}
    )
    assert judged.status_code == 201, judged.json
    assert judged.json["counts"] == {"new": 1}
    assert judged.json["faults"][0]["row"] == 2
    place = f"/auth/api/v1/intakes/{judged.json['id']}"
    assert administrator.post(f"{place}/apply", json={"version": 7}).status_code == 409
    applied = administrator.post(f"{place}/apply", json={"version": 1})
    assert applied.json["applied_at"]
    assert administrator.post(f"{place}/apply", json={"version": applied.json["version"]}).status_code == 422
    undone = administrator.post(
        f"{place}/undo", json={"version": applied.json["version"], "reason": "қате тізім"}
    )
    assert undone.json["undone_at"]
    assert administrator.get(place).json["rows"][0]["after"]["family_name"] == "Ахметов"
