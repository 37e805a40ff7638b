"""Deputies for a term, what a grant opens, and why somebody can or cannot (clause 9)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis import clock

TERM = {"valid_from": "01.12.2026", "valid_to": "20.12.2026"}


@pytest.fixture
def head(make_person, registered, units_made, give):
    """The head of the department UGP."""
    person = make_person(family_name="Бастықова", department_code="UGP").person_id
    return person, give(person, "department_head", "department", "UGP")


@pytest.fixture
def deputy(make_person):
    return make_person(family_name="Орынбасаров", number="D-7")


def why(client, person, permission="ejournal.journal.read", **place):
    answer = client.get(f"/auth/api/v1/people/{person}/why", query_string={"permission": permission, **place})
    assert answer.status_code == 200, answer.json
    return answer.json


def test_clause_9_a_deputy_exercises_a_role_for_a_term(administrator, head, deputy, order):
    person, grant = head
    form = {"deputy": "D-7", "grants": [str(grant.id)], **TERM, **order}
    answer = administrator.submit(f"/auth/people/{person}/deputies/new", form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "Орынбасаров" in administrator.get(f"/auth/people/{person}").get_data(as_text=True)
    assert "Бастықова" in administrator.get(f"/auth/people/{deputy.person_id}").get_data(as_text=True)
    days = {
        clock.now(): "not-begun",
        clock.now() + timedelta(days=15): "",
        clock.now() + timedelta(days=40): "deputy-over",
    }
    for moment, code in days.items():
        with clock.frozen(moment):
            answer = why(
                administrator_at(administrator, moment),
                deputy.person_id,
                place_type="department",
                place_id="UGP",
            )
            assert [reason["code"] for reason in answer["reasons"]] == ([code] if code else [])
            assert answer["can"] == (not code)
            if answer["can"]:
                assert answer["chains"][0]["deputy_for"] == "Бастықова Арман Болатұлы"
                assert answer["step_up"]


def administrator_at(client, moment):
    """The same person with a token of that day."""
    from chassis.testing import tokens
    from chassis.testing.web import ISSUER, Client

    return Client(client.flask.application, tokens.person_token(ISSUER, client.person_id), client.person_id)


def test_clause_9_the_deputy_loses_the_role_with_the_one_replaced(administrator, head, deputy, order, engine):
    person, grant = head
    form = {"deputy": "D-7", "grants": [str(grant.id)], **TERM, **order}
    administrator.submit(f"/auth/people/{person}/deputies/new", form)
    assert administrator.submit(f"/auth/grants/{grant.id}/withdraw", order).status_code == 303
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from role_grant where withdrawn_at is null")) == 0
        assert (
            connection.scalar(
                text("select count(*) from chassis.access_grant where role = 'department_head'")
            )
            == 0
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deputy": "nobody-1"}, "Мұндай логині"), ({"valid_to": ""}, "aria-invalid"), ({"valid_to": "30.11.2026"}, "Мерзім"),
        ({"grants": []}, "Кемінде бір рөл"), ({"valid_from": "01.01.2025"}, "кейінірек басталады"), ({"deputy": "itself"}, "өзінің орынбасары"),
    ],
)  # fmt: skip
def test_a_bad_deputy_is_refused_in_words(administrator, head, deputy, order, engine, change, words):
    person, grant = head
    with engine.connect() as connection:
        own = connection.scalar(text("select number from person where id = :id"), {"id": person})
    form = {"deputy": "D-7", "grants": [str(grant.id)], **TERM, **order, **change}
    answer = administrator.submit(
        f"/auth/people/{person}/deputies/new", form | ({"deputy": own} if form["deputy"] == "itself" else {})
    )
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_clause_9_forbidden_duties_hold_for_deputies(administrator, registered, make_person, give, order):
    person, other = make_person().person_id, make_person(number="D-8").person_id
    grant = give(person, "quality_officer")
    give(other, "teacher", "assigned")
    form = {"deputy": "D-8", "grants": [str(grant.id)], **TERM, **order}
    answer = administrator.submit(f"/auth/people/{person}/deputies/new", form)
    assert answer.status_code == 422
    assert "ejournal.journal.moderate құқығы" in answer.get_data(as_text=True)


def test_clause_9_nobody_grants_themselves_through_a_deputy(
    client, administrator, head, make_person, give, order
):
    """The deputy gives roles to anybody but the one they replace; and nobody appoints themselves."""
    person, grant = head
    me = make_person(number="D-9").person_id
    today = clock.today()
    body = {
        "deputy_id": str(me), "grants": [str(grant.id)], "valid_from": today.isoformat(), "valid_to": (today + timedelta(9)).isoformat(),
        "order_number": "8", "order_date": "2026-11-20",
    }  # fmt: skip
    codes = {"auth.grant.write": [("institution", None)], "auth.person.read": [("institution", None)]}
    mine = client(permissions=codes, person_id=me)
    refused = mine.post(f"/auth/api/v1/people/{person}/deputies", json=body)
    assert refused.status_code == 422
    assert administrator.post(f"/auth/api/v1/people/{person}/deputies", json=body).status_code == 201
    form = {"role": "auditor", "scope_type": "institution", "valid_from": "23.11.2026", **order}
    answer = mine.submit(f"/auth/people/{person}/grants/new", form)
    assert answer.status_code == 422
    assert "орынбасары" in answer.get_data(as_text=True)
    assert mine.submit(f"/auth/people/{make_person().person_id}/grants/new", form).status_code == 303


def test_clause_9_what_a_role_opens_is_shown_before_it_is_given(
    administrator, registered, make_person, give, order, engine
):
    person = make_person().person_id
    form = {
        "role": "auditor",
        "scope_type": "institution",
        "valid_from": "23.11.2026",
        "act": "preview",
        **order,
    }
    page = administrator.submit(f"/auth/people/{person}/grants/new", form)
    assert page.status_code == 200
    assert "ejournal.journal.read құқығы" in page.get_data(as_text=True)
    query = {
        "role": "department_head",
        "scope_type": "department",
        "scope_id": "UGP",
        "valid_from": "2026-11-23",
    }
    seen = administrator.get(f"/auth/api/v1/people/{person}/grants/preview", query_string=query).json
    assert [(one["code"], one["fresh"], one["applies"]) for one in seen["openings"]] == [
        ("ejournal.journal.read", True, True)
    ]
    assert seen["faults"][0]["pointer"] == "/scope_id"
    give(person, "auditor")
    seen = administrator.get(f"/auth/api/v1/people/{person}/grants/preview", query_string=query).json
    assert [one["fresh"] for one in seen["openings"]] == [False]
    give(person, "teacher", "assigned")
    query = {"role": "quality_officer", "scope_type": "institution", "valid_from": "2026-11-23"}
    seen = administrator.get(f"/auth/api/v1/people/{person}/grants/preview", query_string=query).json
    assert "ejournal.cell.write құқығы" in seen["faults"][0]["detail"]
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from role_grant")) == 2


def test_clause_9_why_is_answered_with_the_chain_or_the_reasons(administrator, head, order):
    person, grant = head
    place = {"place_type": "department", "place_id": "UGP"}
    answer = why(administrator, person, **place)
    assert answer["can"]
    assert answer["chains"][0]["order"].startswith("№ 1-к")
    assert answer["chains"][0]["role"] == "department_head"
    elsewhere = why(administrator, person, place_type="faculty", place_id="F1")
    assert [reason["code"] for reason in elsewhere["reasons"]] == ["elsewhere"]
    assert [r["code"] for r in why(administrator, person, "ejournal.cell.write")["reasons"]] == ["no-role"]
    block = administrator.submit(f"/auth/people/{person}/block", {"reason": "Қызметтік тексеру", **order})
    assert block.status_code == 303
    assert why(administrator, person, **place)["reasons"][0]["code"] == "account-blocked"
    administrator.submit(f"/auth/grants/{grant.id}/withdraw", order)
    reasons = why(administrator, person, **place)["reasons"]
    assert [reason["code"] for reason in reasons] == ["account-blocked", "withdrawn"]
    assert "№ 77-к, 20.11.2026" in reasons[1]["text"]
    for bad in (
        {"permission": "no.such"},
        {"permission": "ejournal.cell.write", "place_type": "department", "place_id": "X"},
    ):
        assert administrator.get(f"/auth/api/v1/people/{person}/why", query_string=bad).status_code == 422


def test_the_page_asks_back_and_answers(administrator, head, make_person):
    person, _grant = head
    make_person(family_name="Бастықов")
    ask = "/auth/why?person={}&permission={}"
    several = administrator.get(ask.format("Бастықов", "ejournal.journal")).get_data(as_text=True)
    assert f"person={person}" in several
    assert several.count("data-reason") == 0
    answered = administrator.get(ask.format(person, "ejournal.journal.read")).get_data(as_text=True)
    assert 'id="answer"' in answered
    assert "№ 1-к" in answered
    assert f'<a href="/auth/people/{person}">Бастықова Арман Болатұлы</a>' in answered
    nobody = administrator.get(ask.format("Жоқадам", "no such right")).get_data(as_text=True)
    assert nobody.count("aria-invalid") == 2
    for bad in ("%00", "%E2%80%AE", "<script>", "x" * 500):
        assert administrator.get(ask.format(bad, bad)).status_code in {200, 422}


def test_clause_9_a_units_clerk_gives_roles_in_the_own_unit_alone(
    client, head, make_person, registered, order
):
    person, _grant = head
    foreign = make_person().person_id
    codes = ("auth.grant.write", "auth.grant.read", "auth.person.read")
    clerk = client(permissions={code: [("department", "UGP")] for code in codes})
    form = {
        "role": "auditor",
        "scope_type": "department",
        "scope_id": "UGP",
        "valid_from": "23.11.2026",
        **order,
    }
    place = f"/auth/people/{person}/grants/new"
    assert clerk.submit(place, form | {"scope_type": "institution", "scope_id": ""}).status_code == 403
    assert clerk.submit(place, form | {"scope_id": "F1", "scope_type": "faculty"}).status_code == 403
    assert clerk.submit(place, form).status_code == 303
    assert clerk.get(f"/auth/people/{foreign}/grants/new").status_code == 404
    assert clerk.get(f"/auth/api/v1/people/{foreign}/why?permission=ejournal.cell.write").status_code == 404
    assert clerk.get(f"/auth/api/v1/people/{foreign}/grants").status_code == 404


def test_a_role_comes_back_after_its_term(make_person, registered, give):
    """Terms of one role may follow each other, and may not overlap."""
    from auth.access.service import GrantRefused

    person, today = make_person().person_id, clock.today()
    give(person, "auditor", valid_from=today, valid_to=today + timedelta(3))
    give(person, "auditor", valid_from=today + timedelta(4))
    with pytest.raises(GrantRefused):
        give(person, "auditor", valid_from=today + timedelta(2), valid_to=today + timedelta(2))
