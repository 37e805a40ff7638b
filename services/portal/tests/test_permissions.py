"""Nobody gets further than the academy allows (clause 8): every route, without and with the permission."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.routes import PUBLIC, SIGNED_IN, Route
from portal.app import SERVICE

ID = "019aaf4e-0041-7c31-9b5d-4f1e00000041"


def routes() -> Iterator[tuple[str, Route]]:
    for capability in SERVICE.capabilities:
        for route in capability.pages:
            yield "/portal" + route.path, route
        for route in capability.api:
            yield "/portal/api/v1" + route.path, route


def address(path: str) -> str:
    return path.replace("<uuid:id>", ID).replace("<kind>", "groups").replace("<day>", "2026-11-26")


EVERY = list(routes())
# Roots vouch for all journals together and name nobody: whoever verifies a journal may ask each witness for them.
PUBLIC_PATHS = ["/portal/api/v1/journal-roots"]
CLOSED = [(path, route) for path, route in EVERY if path not in PUBLIC_PATHS]
LOCKED = [(path, route) for path, route in CLOSED if route.access is not SIGNED_IN]


def test_clause_8_nothing_of_the_portal_is_public_but_the_roots_of_journals() -> None:
    assert [path for path, route in EVERY if route.access is PUBLIC] == PUBLIC_PATHS


@pytest.mark.parametrize(("path", "route"), LOCKED, ids=[f"{r.method} {p}" for p, r in LOCKED])
def test_clause_8_a_signed_in_nobody_is_refused(client: Callable[..., Any], path: str, route: Route) -> None:
    body = {"json": {}} if route.is_api and route.unsafe else {}
    assert client().open(address(path), method=route.method, **body).status_code == 403


def test_clause_8_without_a_session_nothing_is_shown(anonymous: Any) -> None:
    for path, route in CLOSED:
        answer = anonymous.open(address(path), method=route.method)
        assert answer.status_code == (401 if route.is_api else 303), path


def test_a_faculty_grant_shows_its_groups_only(client: Callable[..., Any], academy: Any) -> None:
    own = client({"portal.group.read": [("faculty", "investigation")]})
    foreign = client({"portal.group.read": [("faculty", "cyber")]})
    one = client({"portal.group.read": [("group", "ҚІ-24-2")]})
    found = [who.get("/portal/api/v1/groups").json["groups"] for who in (own, foreign, one)]
    assert [[group["code"] for group in groups] for groups in found] == [
        ["ҚІ-24-1", "ҚІ-24-2"],
        [],
        ["ҚІ-24-2"],
    ]
    group_id = found[0][0]["id"]
    assert [who.get(f"/portal/groups/{group_id}").status_code for who in (own, foreign, one)] == [
        200,
        404,
        404,
    ]


def test_a_learner_reads_the_week_of_the_own_group_only(client: Callable[..., Any], academy: Any) -> None:
    everybody = client({"portal.group.read": [("institution", None)]})
    ids = {group["code"]: group["id"] for group in everybody.get("/portal/api/v1/groups").json["groups"]}
    learner = client({"portal.timetable.read": [("self", None)]}, person_id=academy.learner)
    answers = [learner.get(f"/portal/timetable/groups/{ids[code]}") for code in ("ҚІ-24-1", "ҚІ-24-2")]
    assert [answer.status_code for answer in answers] == [200, 404]


def test_a_teacher_sees_the_own_assignments_only(client: Callable[..., Any], academy: Any) -> None:
    who = client({"portal.teaching.read": [("assigned", None)]}, person_id=academy.other_teacher)
    found = who.get("/portal/api/v1/assignments").json["assignments"]
    assert [(one["discipline_title"]["ru"], one["group_code"]) for one in found] == [
        ("Криминалистика", "ҚІ-24-1"),
        ("Уголовное право", "ҚІ-24-1"),
    ]
    assert all(str(academy.other_teacher) in one["teachers"] for one in found)


def test_a_department_sees_its_disciplines_only(client: Callable[..., Any], academy: Any) -> None:
    who = client({"portal.curriculum.read": [("department", "forensics")]})
    assert [one["code"] for one in who.get("/portal/api/v1/disciplines").json["disciplines"]] == ["KR 3301"]
