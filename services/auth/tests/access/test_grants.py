"""Roles are given by an order, refused in words, and withdrawn with effect at once (clause 9)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from auth.access import catalogue
from chassis.db import unit_of_work

ORDER = {"order_number": "77-к", "order_date": "20.11.2026"}
GRANT = {"role": "auditor", "scope_type": "institution", "valid_from": "23.11.2026", **ORDER}


def test_clause_9_a_role_is_given_by_an_order_and_withdrawn(
    administrator, make_person, registered, feed_events
):
    person = make_person().person_id
    place = f"/auth/people/{person}"
    assert administrator.submit(f"{place}/grants/new", GRANT).status_code == 303
    page = administrator.get(place).get_data(as_text=True)
    assert "№ 77-к, 20.11.2026" in page
    grant = next(event.data for event in feed_events("auth/access") if event.type == "auth.grant.recorded.v1")
    assert (grant["role"], grant["scope_type"], grant["revoked"]) == ("auditor", "institution", False)
    assert administrator.submit(f"/auth/grants/{grant['grant_id']}/withdraw", ORDER).status_code == 303
    events = feed_events("auth/access")
    assert [e.data["revoked"] for e in events if e.type == "auth.grant.recorded.v1"] == [False, True]
    assert events[-1].data["key"] == f"sub:{person}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"valid_to": "01.01.2026"}, "Мерзім"),
        ({"scope_type": "group", "scope_id": "XXX"}, "ауқымда берілмейді"),
        ({"scope_id": "UGP"}, "код қажет емес"),
        ({"role": "emperor"}, "Мұндай рөл жоқ"),
        ({"order_number": ""}, "aria-invalid"),
        ({"valid_from": "31.02.2026"}, "aria-invalid"),
    ],
)
def test_a_bad_grant_is_refused_in_words(administrator, make_person, registered, change, words):
    answer = administrator.submit(f"/auth/people/{make_person().person_id}/grants/new", GRANT | change)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_clause_9_duties_that_do_not_go_together_are_refused_by_name(administrator, make_person, registered):
    place = f"/auth/people/{make_person().person_id}/grants/new"
    assert (
        administrator.submit(place, GRANT | {"role": "teacher", "scope_type": "assigned"}).status_code == 303
    )
    refused = administrator.submit(place, GRANT | {"role": "quality_officer"})
    assert refused.status_code == 422
    assert "ejournal.journal.moderate құқығы" in refused.get_data(as_text=True)
    assert (
        administrator.submit(place, GRANT | {"role": "teacher", "scope_type": "assigned"}).status_code == 422
    )


def test_clause_9_nobody_gives_a_role_to_themselves(client, make_person, registered):
    me = make_person().person_id
    mine = client(
        permissions={
            "auth.grant.write": [("institution", None)],
            "auth.person.read": [("institution", None)],
        },
        person_id=me,
    )
    answer = mine.submit(f"/auth/people/{me}/grants/new", GRANT)
    assert answer.status_code == 422
    assert "өзіне рөл бере алмайды" in answer.get_data(as_text=True)


def test_weighty_acts_ask_for_a_fresh_sign_in(client, make_person):
    from chassis import clock

    old = clock.now().replace(year=2025)
    stale = client(permissions={"auth.grant.write": [("institution", None)]}, auth_time=old)
    answer = stale.get(f"/auth/people/{make_person().person_id}/grants/new")
    assert answer.status_code == 303
    assert answer.location.startswith("/auth/login?step_up=1")


def test_a_service_registers_its_own_permissions_as_often_as_it_likes(
    program, client, engine, feed_events, declare
):
    body = {"permissions": [declare("portal.home.read", ["teacher"])]}
    portal = program("permissions.register")
    portal.token = __import__("chassis.testing.tokens", fromlist=["x"]).program_token(
        "http://localhost:8000/auth", "auth", ("permissions.register",), client_id="portal"
    )
    first = portal.put("/auth/api/v1/catalogues/portal", json=body)
    assert (first.status_code, first.json) == (200, {"new": ["portal.home.read"]})
    assert portal.put("/auth/api/v1/catalogues/portal", json=body).json == {"new": []}
    roles = [event.data for event in feed_events("auth/access")]
    assert roles == [
        {"role": "teacher", "title": roles[0]["title"], "permissions": ["portal.home.read"]},
    ]
    assert portal.put("/auth/api/v1/catalogues/ejournal", json=body).status_code == 403
    assert program("feed:auth/people").put("/auth/api/v1/catalogues/portal", json=body).status_code == 403
    assert client().put("/auth/api/v1/catalogues/portal", json=body).status_code == 403


def test_what_the_academy_took_from_a_role_stays_away(engine, session, declare):
    from sqlalchemy import delete

    from auth.access.model import RolePermission

    rows = [declare("library.desk.use", ["librarian"])]
    catalogue.register(session, service="library", permissions=rows, actor="program:library")
    session.execute(delete(RolePermission).where(RolePermission.role == "librarian"))
    catalogue.register(session, service="library", permissions=rows, actor="program:library")
    assert catalogue.permissions_of(session, ["librarian"]) == {"librarian": frozenset()}


def test_services_that_register_at_once_lose_nothing(engine, feed_events, declare):
    """The later event of a role has the permissions of both, whoever was first to begin."""
    first = [declare("ejournal.cell.write", ["teacher"])]
    second = [declare("portal.week.read", ["teacher"])]

    def late():
        with unit_of_work(engine) as session:
            catalogue.register(session, service="portal", permissions=second, actor="program:portal")

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            catalogue.register(session, service="ejournal", permissions=first, actor="program:ejournal")
            other = pool.submit(late)
            with pytest.raises(TimeoutError):
                other.result(0.5)
        other.result(10)
    told = [
        event.data["permissions"]
        for event in feed_events("auth/access")
        if event.data.get("role") == "teacher"
    ]
    assert told[-1] == ["ejournal.cell.write", "portal.week.read"]
