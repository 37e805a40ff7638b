"""Disciplines and rows by hand."""

from collections.abc import Callable
from typing import Any

import pytest

MAY = {"portal.curriculum.write": [("institution", None)], "portal.curriculum.read": [("institution", None)]}
BODY = {"code": "AB 1", "title": {"kk": "Пән", "ru": "Дисциплина"}, "department_code": "law"}


def test_a_discipline_is_published(client: Callable[..., Any], feed_events: Callable[..., Any]) -> None:
    methodist = client(MAY)
    made = methodist.post("/portal/api/v1/disciplines", json=BODY).json
    body = {name: value for name, value in BODY.items() if name != "code"}
    changed = methodist.put(
        f"/portal/api/v1/disciplines/{made['id']}", json={**body, "department_code": "history", "version": 1}
    )
    assert changed.json["version"] == 2
    events = feed_events("portal/teaching")
    assert [(event.subject_version, event.data["department_code"]) for event in events] == [
        (1, "law"),
        (2, "history"),
    ]
    assert methodist.post("/portal/api/v1/disciplines", json=BODY).status_code == 409


def known(client: Callable[..., Any]) -> dict[str, str]:
    reader = client(MAY)
    disciplines = reader.get("/portal/api/v1/disciplines").json["disciplines"]
    period = reader.get("/portal/api/v1/calendar").json["periods"][0]["id"]
    return {one["code"]: one["id"] for one in disciplines} | {"period": period}


@pytest.mark.parametrize(
    ("values", "status", "pointer"),
    [
        ({}, 201, None),
        ({"hours": 151}, 422, "/hours"),
        ({"credits": 0}, 422, "/credits"),
        ({"control": "guess"}, 422, "/control"),
        ({"programme": None}, 422, "/group_id"),
        ({"discipline_id": "019aaf4e-0051-7c31-9b5d-4f1e00000051"}, 422, "/discipline_id"),
        ({"year_of_study": 3}, 409, None),
    ],
)
def test_clause_7_rows_by_hand(
    client: Callable[..., Any], academy: Any, values: dict[str, Any], status: int, pointer: str | None
) -> None:
    ids = known(client)
    body = {
        "discipline_id": ids["KP 2204"],
        "period_id": ids["period"],
        "programme": "6B12301",
        "year_of_study": 2,
        "credits": 5,
        "control": "exam",
        "hours": 150,
    }
    answer = client(MAY).post("/portal/api/v1/curriculum-rows", json={**body, **values})
    assert answer.status_code == status
    if pointer:
        assert answer.json["errors"][0]["pointer"] == pointer


def test_a_row_is_changed_and_removed(client: Callable[..., Any], academy: Any) -> None:
    methodist, ids = client(MAY), known(client)
    url = f"/portal/api/v1/curriculum-rows?period_id={ids['period']}"
    row = methodist.get(url).json["rows"][0]
    figures = {"credits": 4, "control": "exam", "hours": 120, "version": row["version"]}
    one = f"/portal/api/v1/curriculum-rows/{row['id']}"
    assert methodist.put(one, json=figures).json["credits"] == 4
    assert methodist.put(one, json=figures).status_code == 409
    assert methodist.delete(one).status_code == 204
    assert methodist.delete(one).status_code == 404
    assert len(methodist.get(url).json["rows"]) == 1
    assert "Қылмыстық құқық" in methodist.get("/portal/curriculum").get_data(as_text=True)
