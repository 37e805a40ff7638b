"""People: found by name and number, within one's scope, changed once, announced to everybody."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.people import rules

FORM = {
    "number": "T-9",
    "family_name": "Әуезов",
    "given_name": "Мұхтар",
    "patronymic": "",
    "kind": "staff",
    "language": "kk",
}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "fault"),
    [("Ахметов", None), ("Сейітқали", None), ("Петрова-Водкина", None), ("О’Коннор", None), ("бин Салман", None),
     ("=cmd", "bad-name"), ("Иванов1", "bad-name"), ("<b>", "bad-name"), ("-Ким", "bad-name"), ("Ким-", "bad-name")],
)  # fmt: skip
def test_what_a_name_is(name, fault):
    assert rules.name_fault(name) == fault


@pytest.mark.unit
@given(st.text(max_size=40))
def test_no_name_begins_a_formula_or_a_tag(text):
    if rules.name_fault(text) is None:
        assert not set(text) & set('=+@<>"\t\0')
        assert text[0].isalpha()


@pytest.mark.unit
@pytest.mark.parametrize(
    ("kind", "group", "department", "field"),
    [("learner", "", "", "group_code"), ("learner", "ПД-21", "", None), ("teacher", "", "", "department_code"),
     ("teacher", "", "UGP", None), ("staff", "", "", None)],
)  # fmt: skip
def test_learners_have_groups_and_teachers_departments(kind, group, department, field):
    found = rules.place_fault(kind, group, department)
    assert (found and found[0]) == field


def test_people_are_listed_in_kazakh_order_and_found_by_any_part(administrator, make_person):
    for number, name in enumerate(["Ясин", "Әуезов", "Аманов", "Қасым"]):
        make_person(family_name=name, number=f"N-{number}")
    items = administrator.get("/auth/api/v1/people").json["items"]
    assert [item["family_name"] for item in items] == ["Аманов", "Әуезов", "Қасым", "Ясин"]
    assert administrator.get("/auth/api/v1/people?q=әуе арман").json["total"] == 1
    assert administrator.get("/auth/api/v1/people?q=n-3").json["items"][0]["family_name"] == "Қасым"
    assert administrator.get("/auth/api/v1/people?q=%25").json["total"] == 0
    assert "Әуезов" in administrator.get("/auth/people?q=Әуезов").get_data(as_text=True)


@pytest.mark.parametrize("page", ["-1", "0", "x", "99999999999"])
def test_a_page_that_is_none_is_refused(administrator, page):
    assert administrator.get(f"/auth/people?page={page}").status_code == 422
    assert administrator.get(f"/auth/api/v1/people?page={page}").status_code == 422


def test_clause_8_who_has_a_department_sees_its_people_alone(client, make_person, units_made):
    inside = make_person(kind="teacher", department_code="UGP", family_name="Ішкі")
    outside = make_person(family_name="Сыртқы")
    for scope in (("department", "UGP"), ("faculty", "F1")):
        head = client(permissions={"auth.person.read": [scope]})
        assert [item["family_name"] for item in head.get("/auth/api/v1/people").json["items"]] == ["Ішкі"]
        assert head.get(f"/auth/people/{inside.person_id}").status_code == 200
        assert head.get(f"/auth/people/{outside.person_id}").status_code == 404


def test_a_person_is_entered_changed_and_announced(administrator, feed_events):
    made = administrator.submit("/auth/people/new", FORM)
    assert made.status_code == 303
    place = made.location
    assert administrator.submit(f"{place}/edit", {"patronymic": "Омарханұлы"}).status_code == 303
    states = [event.data for event in feed_events("auth/people")]
    assert [state["patronymic"] for state in states] == [None, "Омарханұлы"]
    stale = administrator.submit(f"{place}/edit", {"patronymic": "Өзге", "version": "1"})
    assert stale.status_code == 409
    opened = administrator.submit(place, {}, action=f"{place}/account")
    assert opened.status_code == 303
    assert "auezov.m" in administrator.get(place).get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"number": "A-0001"}, "number"), ({"number": "!"}, "number"), ({"family_name": "=1+1"}, "family_name"),
     ({"kind": "learner"}, "group_code"), ({"kind": "teacher"}, "department_code"), ({"kind": "king"}, "kind")],
)  # fmt: skip
def test_a_bad_record_is_refused_at_its_field(administrator, make_person, change, field):
    make_person()
    answer = administrator.submit("/auth/people/new", FORM | change)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.get_data(as_text=True)


def test_nobody_there_is_said_in_words(administrator):
    answer = administrator.get(f"/auth/people/{uuid4()}")
    assert answer.status_code == 404
    assert "<h1" in answer.get_data(as_text=True)
