"""Rosters follow auth/people; every change of a list is published as its full state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from chassis.db import unit_of_work
from portal.groups import service

EXAMPLES = Path(__file__).resolve().parents[4] / "contracts" / "events" / "auth" / "people" / "examples"
BODY = {
    "code": "ҚІ-24-1",
    "title": {"kk": "ҚІ-24-1 тобы", "ru": "Группа ҚІ-24-1"},
    "faculty_code": "investigation",
    "year_of_study": 3,
    "language": "kk",
}
MAY = {"portal.group.write": [("institution", None)], "portal.group.read": [("institution", None)]}


def learner(**values: Any) -> dict[str, Any]:
    data = json.loads((EXAMPLES / "auth.person.recorded.v1.learner.json").read_text(encoding="utf-8"))
    return {**data, **values}


def rosters(feed_events: Callable[..., Any]) -> list[list[str]]:
    groups = [event for event in feed_events("portal/teaching") if event.type == "portal.group.recorded.v1"]
    return [[one["person_id"] for one in event.data["roster"]] for event in groups]


def test_a_new_group_has_the_learners_who_already_carry_its_code(
    client: Callable[..., Any], deliver: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    deliver("auth.person.recorded.v1", learner())
    assert client(MAY).post("/portal/api/v1/groups", json=BODY).status_code == 201
    assert rosters(feed_events) == [[learner()["person_id"]]]


def test_joining_leaving_and_moving_are_published(
    client: Callable[..., Any], deliver: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    registrar.post("/portal/api/v1/groups", json=BODY)
    registrar.post("/portal/api/v1/groups", json={**BODY, "code": "ҚІ-24-2"})
    me = learner()["person_id"]
    deliver("auth.person.recorded.v1", learner())
    deliver("auth.person.recorded.v1", learner(status="blocked"))
    deliver("auth.person.recorded.v1", learner(group_code="ҚІ-24-2"))
    deliver("auth.person.recorded.v1", learner(group_code="ҚІ-24-2", status="left"))
    assert rosters(feed_events) == [[], [], [me], [], [me], []]


def test_people_told_of_together_change_each_list_once_and_the_last_word_counts(
    client: Callable[..., Any], engine: Engine, feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    for code in ("ҚІ-24-1", "ҚІ-24-2", "ҚІ-24-3"):
        registrar.post("/portal/api/v1/groups", json={**BODY, "code": code})
    moving, staying = learner(), learner(person_id=str(UUID(int=7)), family_name="Ахметов")
    with unit_of_work(engine) as session:
        service.record_people(session=session, people=[moving])
    with unit_of_work(engine) as session:
        told = [{**moving, "group_code": "ҚІ-24-2"}, staying, {**moving, "group_code": "ҚІ-24-3"}]
        service.record_people(session=session, people=told)
    me, other = moving["person_id"], staying["person_id"]
    assert rosters(feed_events)[3:] == [[me], [other], [me]]
    with unit_of_work(engine) as session:
        row = service.find_person(session=session, id=UUID(me))
        assert row is not None
        assert row.group_code == "ҚІ-24-3"


def test_a_list_is_in_the_order_of_the_kazakh_alphabet(
    client: Callable[..., Any], deliver: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    group = registrar.post("/portal/api/v1/groups", json=BODY).json
    for place, family in enumerate(["Яшин", "Ғабдуллин", "Ахметов", "Әлиев", "Қалиев", "Карпов"]):
        one = f"019aaf4e-00{place:02d}-7c31-9b5d-4f1e000000aa"
        deliver("auth.person.recorded.v1", learner(person_id=one, family_name=family))
    roster = registrar.get(f"/portal/api/v1/groups/{group['id']}").json["roster"]
    families = [one["family_name"] for one in roster]
    assert families == ["Ахметов", "Әлиев", "Ғабдуллин", "Карпов", "Қалиев", "Яшин"]
    page = registrar.get(f"/portal/groups/{group['id']}").get_data(as_text=True)
    assert page.index("Ахметов") < page.index("Әлиев") < page.index("Ғабдуллин")


def test_a_change_on_an_old_version_is_refused(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    group = registrar.post("/portal/api/v1/groups", json=BODY).json
    body = {name: value for name, value in BODY.items() if name != "code"}
    url = f"/portal/api/v1/groups/{group['id']}"
    assert registrar.put(url, json={**body, "version": 1, "year_of_study": 4}).json["version"] == 2
    late = registrar.put(url, json={**body, "version": 1})
    assert (late.status_code, late.json["current_version"]) == (409, 2)


def test_a_group_cannot_be_added_twice(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    registrar.post("/portal/api/v1/groups", json=BODY)
    assert registrar.post("/portal/api/v1/groups", json=BODY).status_code == 409


def test_a_group_needs_kazakh_and_russian(client: Callable[..., Any]) -> None:
    answer = client(MAY).post("/portal/api/v1/groups", json={**BODY, "title": {"kk": "Тек қазақша"}})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/title/ru"]
