"""Delegated administration: a unit's clerk serves the own unit, places nobody elsewhere, and borrows nobody's rights (clauses 9, 10)."""

from datetime import date

import pytest

from auth.access import service as access
from auth.people import service as people
from chassis import clock
from chassis.db import unit_of_work

CLERK = (
    "auth.person.read",
    "auth.person.write",
    "auth.account.create",
    "auth.account.reset",
    "auth.account.block",
)
FORM = {"number": "T-9", "family_name": "Әуезов", "given_name": "Мұхтар", "kind": "teacher", "language": "kk"}
BODY = FORM | {"patronymic": None, "group_code": None}
ORDER = {"order_number": "9-қ", "order_date": "2026-09-01"}


@pytest.fixture
def two_faculties(engine, units_made):
    """Add a faculty with a department beside the first one."""
    from auth.units import service as units

    with unit_of_work(engine) as session:
        title = {"kk": "Бөлініс", "ru": "Подразделение"}
        top = units.find(session, "AMVD")
        other = units.create(session, code="F2", kind="faculty", title=title, parent_id=top.id, actor="test")
        units.create(session, code="CYB", kind="department", title=title, parent_id=other.id, actor="test")


@pytest.fixture
def clerk(client, two_faculties):
    return client({code: [("faculty", "F1")] for code in CLERK}, auth_time=clock.now())


def give(engine, account, **scope):
    with unit_of_work(engine) as session:
        person = people.get_or_raise(session, account.person_id)
        access.give_template(
            session, person=person, order_number="1", order_date=date(2026, 9, 1), actor=None, **scope
        )


@pytest.mark.parametrize(
    ("unit", "status"), [("UGP", 303), ("F1", 303), ("CYB", 422), ("F2", 422), ("AMVD", 422), ("", 422)]
)
def test_clause_9_a_clerk_enters_people_into_own_units_alone(clerk, unit, status):
    kind = "teacher" if unit else "staff"
    answer = clerk.submit("/auth/people/new", FORM | {"department_code": unit, "kind": kind})
    assert answer.status_code == status
    if status == 422:
        assert 'href="#f-department_code"' in answer.get_data(as_text=True)
    api = clerk.post(
        "/auth/api/v1/people", json=BODY | {"number": "T-10", "kind": kind, "department_code": unit or None}
    )
    assert api.status_code == (201 if status == 303 else 422)


def test_a_clerk_is_offered_own_units_alone(clerk):
    page = clerk.get("/auth/people/new").get_data(as_text=True)
    assert 'value="UGP"' in page
    assert 'value="CYB"' not in page


def test_clause_9_nobody_is_moved_out_of_the_own_unit(clerk, make_person):
    person = make_person(kind="teacher", department_code="UGP")
    place = f"/auth/people/{person.person_id}"
    assert clerk.submit(f"{place}/edit", {"department_code": "F1"}).status_code == 303
    refused = clerk.submit(f"{place}/edit", {"department_code": "CYB"})
    assert refused.status_code == 422
    assert 'href="#f-department_code"' in refused.get_data(as_text=True)
    moved = clerk.put(
        f"/auth/api/v1{place.removeprefix('/auth')}", json=BODY | {"department_code": "CYB", "version": 2}
    )
    assert moved.status_code == 422


@pytest.mark.parametrize(
    ("scope", "status"),
    [({"role": "teacher", "scope_type": "assigned"}, 303), ({"role": "account_administrator", "scope_type": "institution"}, 403),
     ({"role": "dean", "scope_type": "faculty", "scope_id": "F1"}, 403)],
)  # fmt: skip
def test_clause_9_a_clerk_resets_no_account_that_administers(
    clerk, administrator, engine, make_person, scope, status
):
    """Whoever resets a password can sign in with it: the rights of the academy are not to be had through a faculty."""
    person = make_person(kind="teacher", department_code="UGP")
    give(engine, person, **scope)
    place = f"/auth/people/{person.person_id}"
    shown = clerk.get(place).get_data(as_text=True)
    assert (f"{place}/slip" in shown) == (status == 303)
    assert (clerk.get(f"{place}/slip").status_code == 200) == (status == 303)
    blocked = clerk.post(
        f"/auth/api/v1{place.removeprefix('/auth')}/block", json=ORDER | {"reason": "тексеру"}
    )
    assert blocked.status_code == (204 if status == 303 else 403)
    if status == 403:
        assert blocked.json["type"].endswith("auth.person-beyond-reach")
        assert administrator.get(f"{place}/slip").status_code == 200


def test_clause_9_a_role_for_a_faculty_opens_nothing_that_is_for_the_academy(
    client, two_faculties, make_person
):
    """A role brings rights of different reach together; for a faculty only those hold that know faculties."""
    person = make_person(kind="teacher", department_code="UGP")
    grand = client(
        {code: [("faculty", "F1")] for code in (*CLERK, "auth.grant.import", "auth.role.read", "auth.person.import", "auth.unit.write")},
        auth_time=clock.now(),
    )  # fmt: skip
    assert grand.get("/auth/grant-imports").status_code == 403
    assert grand.get("/auth/api/v1/roles").status_code == 403
    assert grand.get("/auth/intakes").status_code == 403
    assert grand.get("/auth/units/new").status_code == 403
    assert "grants/new" not in grand.get(f"/auth/people/{person.person_id}").get_data(as_text=True)


def test_the_links_of_a_page_are_those_of_the_person(client, two_faculties, make_person):
    """Who reads everybody but writes in one faculty is not led to forms that would not open."""
    outside = make_person(kind="teacher", department_code="CYB")
    inside = make_person(kind="teacher", department_code="UGP")
    person = client({"auth.person.read": [("institution", None)], "auth.person.write": [("faculty", "F1")]})
    for one, there in ((inside, True), (outside, False)):
        page = person.get(f"/auth/people/{one.person_id}").get_data(as_text=True)
        assert (f"/auth/people/{one.person_id}/edit" in page) == there
