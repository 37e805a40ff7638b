"""The academic calendar in the browser and over HTTP (clause 6.1)."""

from collections.abc import Callable
from typing import Any

import pytest

MAY = {"portal.calendar.write": [("institution", None)]}
PERIOD = {
    "code": "2026-1",
    "title": {"kk": "1-семестр", "ru": "1-й семестр"},
    "starts": "2026-09-01",
    "half_ends": "2026-10-24",
    "ends": "2026-12-19",
}
FORM = {
    "code": "2026-2",
    "title_kk": "2-семестр",
    "title_ru": "2-й семестр",
    "starts": "12.01.2027",
    "half_ends": "13.03.2027",
    "ends": "29.05.2027",
}


def test_clause_6_1_a_period_is_kept_published_and_shown_to_everybody(
    client: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    made = client(MAY).post("/portal/api/v1/periods", json=PERIOD)
    assert made.status_code == 201
    assert len(made.json["bells"]) == 6
    event = feed_events("portal/teaching")[0]
    assert (event.type, event.data) == ("portal.period.recorded.v1", {"period_id": made.json["id"], **PERIOD})
    page = client().get("/portal/calendar").get_data(as_text=True)
    assert "1-семестр" in page
    assert "қазір 13-апта" in page


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"ends": "2026-08-01"}, "/ends"),
        ({"half_ends": "2027-01-01"}, "/half_ends"),
        ({"code": "26-1"}, "/code"),
        ({"title": {"kk": "Тек қазақша"}}, "/title/ru"),
        ({"bells": [["10:00", "09:00"]]}, "/bells"),
        ({"starts": "yesterday"}, "/starts"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    client: Callable[..., Any], values: dict[str, Any], pointer: str
) -> None:
    answer = client(MAY).post("/portal/api/v1/periods", json={**PERIOD, **values})
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_period_is_added_and_changed_on_a_form(
    client: Callable[..., Any], feed_events: Callable[..., Any]
) -> None:
    registrar = client(MAY)
    assert registrar.submit("/portal/calendar/periods/new", FORM).status_code == 303
    again = registrar.submit("/portal/calendar/periods/new", FORM)
    assert again.status_code == 422
    period = registrar.get("/portal/api/v1/calendar").json["periods"][0]
    url = f"/portal/calendar/periods/{period['id']}"
    assert registrar.submit(url, {"ends": "05.06.2027"}).status_code == 303
    assert [event.data["ends"] for event in feed_events("portal/teaching")] == ["2027-05-29", "2027-06-05"]
    wrong = registrar.submit(url, {"ends": "кеше"})
    assert wrong.status_code == 422
    assert "Күнді күн.ай.жыл түрінде жазыңыз" in wrong.get_data(as_text=True)


def test_a_second_person_with_an_old_version_is_refused(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    made = registrar.post("/portal/api/v1/periods", json=PERIOD).json
    body = {name: value for name, value in PERIOD.items() if name != "code"}
    url = f"/portal/api/v1/periods/{made['id']}"
    assert registrar.put(url, json={**body, "version": 1, "ends": "2026-12-26"}).json["version"] == 2
    assert registrar.put(url, json={**body, "version": 1, "ends": "2026-12-20"}).status_code == 409


def test_days_off_come_and_go(client: Callable[..., Any]) -> None:
    registrar = client(MAY)
    form = {"day": "27.05.2026", "title_kk": "Құрбан айт", "title_ru": "Курбан айт"}
    assert registrar.submit("/portal/calendar/days-off/new", form).status_code == 303
    assert "Құрбан айт" in client().get("/portal/calendar").get_data(as_text=True)
    assert registrar.delete("/portal/api/v1/days-off/2026-05-27").status_code == 204
    assert registrar.delete("/portal/api/v1/days-off/2026-05-27").status_code == 404
    assert (
        registrar.put("/portal/api/v1/days-off/not-a-day", json={"title": PERIOD["title"]}).status_code == 404
    )
