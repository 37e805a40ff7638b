"""Assignments by hand: figures from the curriculum, teachers, withdrawal, events for the ejournal (clause 6.3)."""

from collections.abc import Callable
from typing import Any

MAY = {
    "portal.teaching.write": [("institution", None)],
    "portal.teaching.read": [("institution", None)],
    "portal.group.read": [("institution", None)],
    "portal.curriculum.read": [("institution", None)],
}


def ids(registrar: Any) -> dict[str, str]:
    groups = registrar.get("/portal/api/v1/groups").json["groups"]
    disciplines = registrar.get("/portal/api/v1/disciplines").json["disciplines"]
    period = registrar.get("/portal/api/v1/calendar").json["periods"][0]["id"]
    return {one["code"]: one["id"] for one in groups + disciplines} | {"period": period}


def body(known: dict[str, str], discipline: str, group: str, *teachers: Any) -> dict[str, Any]:
    return {
        "discipline_id": known[discipline],
        "group_id": known[group],
        "period_id": known["period"],
        "teachers": [str(one) for one in teachers],
    }


def test_clause_6_3_an_imported_assignment_is_published_with_its_teachers_and_figures(
    academy: Any, feed_events: Callable[..., Any]
) -> None:
    events = [e for e in feed_events("portal/teaching") if e.type == "portal.teaching.assigned.v1"]
    assert len(events) == 3
    first = events[0].data
    assert first["teachers"] == [str(academy.teacher), str(academy.other_teacher)]
    assert (first["credits"], first["control"], first["hours"], first["status"]) == (5, "exam", 150, "active")


def test_an_assignment_takes_its_figures_from_the_curriculum(
    client: Callable[..., Any], academy: Any, feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    made = registrar.post(
        "/portal/api/v1/assignments", json=body(ids(registrar), "KR 3301", "ҚІ-24-2", academy.teacher)
    )
    assert made.status_code == 201
    assert (made.json["credits"], made.json["control"], made.json["hours"]) == (3, "credit", 90)
    assert feed_events("portal/teaching")[-1].data["assignment_id"] == made.json["id"]


def test_what_cannot_be_assigned(client: Callable[..., Any], academy: Any) -> None:
    registrar = client(MAY)
    known = ids(registrar)
    taken = registrar.post(
        "/portal/api/v1/assignments", json=body(known, "KP 2204", "ҚІ-24-1", academy.teacher)
    )
    learner = registrar.post(
        "/portal/api/v1/assignments", json=body(known, "KR 3301", "ҚІ-24-2", academy.learner)
    )
    nobody = registrar.post("/portal/api/v1/assignments", json=body(known, "KR 3301", "ҚІ-24-2"))
    assert [answer.status_code for answer in (taken, learner, nobody)] == [409, 422, 422]
    assert learner.json["errors"][0]["pointer"] == "/teachers/0"


def test_other_teachers_then_withdrawal_with_its_lessons(
    client: Callable[..., Any], academy: Any, feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    listed = registrar.get("/portal/api/v1/assignments").json["assignments"]
    one = next(a for a in listed if a["discipline_title"]["ru"] == "Криминалистика")
    url = f"/portal/api/v1/assignments/{one['id']}"
    changed = registrar.put(
        f"{url}/teachers", json={"teachers": [str(academy.teacher)], "version": one["version"]}
    )
    assert changed.json["version"] == one["version"] + 1
    assert feed_events("portal/teaching")[-1].data["teachers"] == [str(academy.teacher)]
    late = registrar.put(
        f"{url}/teachers", json={"teachers": [str(academy.teacher)], "version": one["version"]}
    )
    assert late.status_code == 409
    gone = registrar.post(f"{url}/withdraw", json={"version": changed.json["version"]})
    assert gone.json["status"] == "withdrawn"
    assert feed_events("portal/teaching")[-1].data["teachers"] == []
    assert feed_events("portal/timetable")[-1].data == {"assignment_id": one["id"], "lessons": []}
    assert registrar.post(f"{url}/withdraw", json={"version": gone.json["version"]}).status_code == 409
    page = registrar.get("/portal/teaching").get_data(as_text=True)
    assert "күші жойылған" in page
