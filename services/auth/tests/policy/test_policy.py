"""The academy's rules by page and by API (clauses 8 and 10)."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from auth.policy import service
from auth.policy.model import PolicyRow
from auth.policy.rules import BOUNDS, DEFAULT
from chassis import clock
from chassis.db import unit_of_work

DOCUMENT = "/auth/api/v1/policy"


def read(engine):
    with unit_of_work(engine) as session:
        return service.get(session)


def test_the_defaults_hold_until_the_academy_sets_its_own(administrator, engine):
    assert read(engine) == DEFAULT
    answer = administrator.get(DOCUMENT)
    assert (answer.status_code, answer.json["version"], answer.json["session_hours"]) == (200, 0, 12)


def test_clause_10_the_rules_are_set_by_page_and_written_down(administrator, engine, session):
    answer = administrator.submit(
        "/auth/policy",
        {
            "login_rule": "number", "password_length": "14", "password_history": "3", "slip_days": "7", "code_minutes": "15",
            "idle_minutes": "30", "session_hours": "8", "second_factor_roles": ["dean", "chief"],
            "idle_minutes-dean": "10", "session_hours-chief": "4",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    found = read(engine)
    assert (found.login_rule, found.password_length, found.slip_days) == ("number", 14, 7)
    assert found.second_factor_roles == ("chief", "dean")
    assert (dict(found.idle_minutes_by_role), dict(found.session_hours_by_role)) == (
        {"dean": 10},
        {"chief": 4},
    )
    acts = session.execute(
        text("select act, before, after from chassis.audit_row where act like 'auth.policy%'")
    ).all()
    assert [(row.act, row.before["slip_days"], row.after["slip_days"]) for row in acts] == [
        ("auth.policy.changed", 14, 7)
    ]


@pytest.mark.parametrize("value", ["", "0", "1000", "ten", "5.5", "-3"])
def test_a_bad_number_is_refused_at_its_field(administrator, engine, value):
    answer = administrator.submit("/auth/policy", {"session_hours": value})
    assert answer.status_code == 422
    assert 'href="#f-session_hours"' in answer.get_data(as_text=True)
    assert read(engine) == DEFAULT


def test_two_people_who_change_the_rules_are_told_of_each_other(administrator, engine):
    seen = administrator.get(DOCUMENT).json
    first = administrator.put(DOCUMENT, json={**seen, "slip_days": 3})
    assert (first.status_code, first.json["version"]) == (200, 1)
    second = administrator.put(DOCUMENT, json={**seen, "slip_days": 5})
    assert (second.status_code, second.json["current_version"]) == (409, 1)
    assert read(engine).slip_days == 3


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"session_hours": 25}, "/session_hours"),
        ({"second_factor_roles": ["king"]}, "/second_factor_roles"),
        ({"idle_minutes_by_role": {"dean": 1}}, "/idle_minutes_by_role/dean"),
        ({"login_rule": "dice"}, "/login_rule"),
    ],
)
def test_a_bad_document_is_refused_with_a_pointer(administrator, change, pointer):
    seen = administrator.get(DOCUMENT).json
    answer = administrator.put(DOCUMENT, json={**seen, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_the_rules_need_a_fresh_sign_in(client):
    held = {"auth.policy.write": [("institution", None)], "auth.policy.read": [("institution", None)]}
    stale = client(permissions=held, auth_time=clock.now() - timedelta(hours=1))
    assert "step_up=1" in stale.get("/auth/policy").location
    seen = stale.get(DOCUMENT).json
    assert stale.put(DOCUMENT, json=seen).json["code"] == "chassis.step-up-needed"


@pytest.mark.parametrize("name", list(BOUNDS))
def test_the_database_refuses_what_the_rules_refuse(administrator, engine, name):
    seen = administrator.get(DOCUMENT).json
    assert administrator.put(DOCUMENT, json=seen).status_code == 200
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.execute(update(PolicyRow).values({name: 100_000}))
