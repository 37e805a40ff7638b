"""The editor of roles: changed, made and retired by an order, refused in words that name people (clause 9)."""

import pytest
from sqlalchemy import text

from chassis.db import unit_of_work

TITLES = {"title_kk": "Кезекші", "title_ru": "Дежурный", "title_en": "Officer on duty"}
OWN = TITLES | {"code": "duty_officer", "permissions": ["ejournal.journal.read"]}


@pytest.fixture
def audited(engine):
    def read(act):
        with engine.connect() as connection:
            query = text(
                "select before, after, basis from chassis.audit_row where act = :act order by number"
            )
            return connection.execute(query, {"act": act}).all()

    return read


@pytest.fixture
def permissions(administrator):
    """Ask the API what a role may do, and which version that is."""

    def ask(code):
        items = administrator.get("/auth/api/v1/roles").json["items"]
        return next((role for role in items if role["code"] == code), None)

    return ask


def edit(client, code, chosen, order, **more):
    page = f"/auth/roles/{code}/edit"
    role = next(role for role in client.get("/auth/api/v1/roles").json["items"] if role["code"] == code)
    titles = {f"title_{language}": words for language, words in role["title"].items()}
    return client.submit(page, titles | {"permissions": chosen} | order | more)


def test_clause_9_the_academy_changes_what_a_role_may_do(
    administrator, registered, permissions, feed_events, audited, order
):
    answer = edit(administrator, "auditor", ["ejournal.journal.read", "ejournal.journal.moderate"], order)
    assert answer.status_code == 303
    assert permissions("auditor")["permissions"] == ["ejournal.journal.moderate", "ejournal.journal.read"]
    told = [event.data for event in feed_events("auth/access") if event.data.get("role") == "auditor"]
    assert told[-1]["permissions"] == ["ejournal.journal.moderate", "ejournal.journal.read"]
    [(before, after, basis)] = audited("auth.role.changed")
    assert (before["permissions"], after["permissions"]) == (
        ["ejournal.journal.read"],
        told[-1]["permissions"],
    )
    assert basis == "№ 77-к, 20.11.2026"


def test_clause_9_a_role_of_the_academys_own_is_made_given_and_retired(
    administrator, registered, make_person, give, permissions, feed_events, order
):
    assert administrator.submit("/auth/roles/new", OWN | order).status_code == 303
    assert permissions("duty_officer")["own"]
    assert "Кезекші" in administrator.get("/auth/access/duty_officer").get_data(as_text=True)
    person = make_person().person_id
    grant = give(person, "duty_officer")
    held = administrator.submit("/auth/roles/duty_officer/retire", order)
    assert held.status_code == 422
    assert "Ахметов Арман Болатұлы" in held.get_data(as_text=True)
    assert administrator.submit(f"/auth/grants/{grant.id}/withdraw", order).status_code == 303
    assert administrator.submit("/auth/roles/duty_officer/retire", order).status_code == 303
    assert permissions("duty_officer") is None
    told = [event.data for event in feed_events("auth/access") if event.data.get("role") == "duty_officer"]
    assert told[-1]["permissions"] == []
    form = {"role": "duty_officer", "scope_type": "institution", "valid_from": "23.11.2026", **order}
    assert administrator.submit(f"/auth/people/{person}/grants/new", form).status_code == 422
    assert administrator.submit("/auth/roles/teacher/retire", order).status_code == 422


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "Начальник"}, "aria-invalid"), ({"code": "teacher"}, "бұрыннан қолданылады"), ({"title_kk": ""}, "aria-invalid"),
        ({"permissions": []}, "Кемінде бір"), ({"permissions": ["ejournal.cell.eat"]}, "ejournal.cell.eat"),
        ({"permissions": ["ejournal.cell.write", "ejournal.journal.moderate"]}, "ejournal.journal.moderate құқығы"),
        ({"order_number": ""}, "aria-invalid"), ({"order_date": "31.02.2026"}, "aria-invalid"),
    ],
)  # fmt: skip
def test_a_bad_role_is_refused_in_words(administrator, registered, permissions, order, change, words):
    answer = administrator.submit("/auth/roles/new", OWN | order | change)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert permissions("duty_officer") is None


def test_clause_9_forbidden_duties_of_present_holders_are_refused_by_name(
    administrator, registered, make_person, give, permissions, order
):
    both, one = make_person(family_name="Серікова").person_id, make_person(family_name="Болатов").person_id
    for person in (both, one):
        give(person, "auditor")
    give(both, "teacher", "assigned")
    answer = edit(administrator, "auditor", ["ejournal.journal.read", "ejournal.journal.moderate"], order)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Серікова Арман Болатұлы" in page
    assert "Болатов" not in page
    assert permissions("auditor")["permissions"] == ["ejournal.journal.read"]


def test_clause_9_nobody_widens_a_role_they_hold(client, registered, make_person, give, order):
    me = make_person().person_id
    give(me, "auditor")
    codes = ("auth.role.write", "auth.role.read")
    mine = client(permissions={code: [("institution", None)] for code in codes}, person_id=me)
    answer = edit(mine, "auditor", ["ejournal.journal.moderate"], order)
    assert answer.status_code == 422
    assert "басқа әкімші" in answer.get_data(as_text=True)
    assert edit(mine, "librarian", ["ejournal.journal.moderate"], order).status_code == 303


def test_who_was_overtaken_sees_both_and_saves_once_more(administrator, registered, permissions, order):
    stale = {"version": "1", "permissions": ["ejournal.journal.moderate"]}
    assert edit(administrator, "auditor", [], order).status_code == 303
    answer = edit(administrator, "auditor", stale["permissions"], order, version="1")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert 'name="version" value="2"' in page
    assert "ejournal.journal.moderate құқығы" in page
    body = {
        "title": permissions("auditor")["title"], "permissions": stale["permissions"], "version": 1,
        "order_number": "5", "order_date": "2026-11-20",
    }  # fmt: skip
    refused = administrator.put("/auth/api/v1/roles/auditor", json=body)
    assert refused.status_code == 409
    assert refused.json["current"]["permissions"] == []
    assert refused.json["yours"]["permissions"] == stale["permissions"]
    assert administrator.put("/auth/api/v1/roles/auditor", json=body | {"version": 2}).status_code == 200
    assert administrator.put("/auth/api/v1/roles/nobody", json=body).status_code == 404


def test_a_role_over_the_api(administrator, registered):
    body = {
        "code": "shift_head", "title": {"kk": "Ауысым басшысы", "ru": "Начальник смены"}, "permissions": ["ejournal.journal.read"],
        "order_number": "6", "order_date": "2026-11-20",
    }  # fmt: skip
    made = administrator.post("/auth/api/v1/roles", json=body)
    assert (made.status_code, made.json["version"], made.json["own"]) == (201, 2, True)
    assert administrator.post("/auth/api/v1/roles", json=body).status_code == 422
    retire = {"order_number": "7", "order_date": "2026-11-21", "version": 1}
    assert administrator.post("/auth/api/v1/roles/shift_head/retire", json=retire).status_code == 409
    assert (
        administrator.post("/auth/api/v1/roles/shift_head/retire", json=retire | {"version": 2}).status_code
        == 204
    )


def test_the_catalogue_shows_every_right_with_its_roles(administrator, registered):
    page = administrator.get("/auth/permissions").get_data(as_text=True)
    assert "ejournal.cell.write құқығы" in page
    assert "/auth/access/teacher" in page
    found = administrator.get("/auth/api/v1/permissions?q=ПРАВО+moderate").json["items"]
    assert [(row["code"], row["roles"]) for row in found] == [
        ("ejournal.journal.moderate", ["quality_officer"])
    ]
    high = administrator.get("/auth/api/v1/permissions?risk=high&service=ejournal").json["items"]
    assert [row["code"] for row in high] == ["ejournal.cell.write"]


def test_the_database_refuses_what_python_did_not_see(engine, registered, make_person, give):
    """A grant written past the use case meets the trigger: duties that do not go together, and a retired role."""
    from sqlalchemy.exc import IntegrityError

    person = make_person().person_id
    give(person, "teacher", "assigned")
    row = """insert into role_grant (id, person_id, role, scope_type, valid_from, order_number, order_date, given_at, version)
        values (gen_random_uuid(), :person, 'quality_officer', 'institution', current_date, '1', current_date, now(), 1)"""
    with pytest.raises(IntegrityError, match="do not go together"), unit_of_work(engine) as session:
        session.execute(text(row), {"person": person})
    with pytest.raises(IntegrityError, match="templates_stay"), unit_of_work(engine) as session:
        session.execute(text("update role set retired_at = now() where code = 'auditor'"))
