"""Notices: two languages, audiences, read state."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.notices import rules

MAY = {"portal.notice.write": [("institution", None)]}
BODY = {
    "title": {"kk": "Сап түзеу", "ru": "Построение"},
    "text": {"kk": "Сағат 08:30-да", "ru": "В 08:30"},
    "audience": "everybody",
    "last_day": "2026-11-30",
}
FORM = {
    "title_kk": "Жиналыс",
    "title_ru": "Собрание",
    "text_kk": "Сағат 15:00-де",
    "text_ru": "В 15:00",
    "audience": "teachers",
    "last_day": "30.11.2026",
}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("kind", "audiences"),
    [
        ("learner", ("everybody", "learners")),
        ("teacher", ("everybody", "teachers")),
        ("staff", ("everybody",)),
        (None, ("everybody",)),
    ],
)
def test_whom_an_audience_reaches(kind: str | None, audiences: tuple[str, ...]) -> None:
    assert rules.audiences_of(kind) == audiences


def test_a_notice_is_read_by_each_person_once(client: Callable[..., Any], academy: Any) -> None:
    made = client(MAY).post("/portal/api/v1/notices", json=BODY)
    assert made.status_code == 201
    learner = client(person_id=academy.learner)
    assert "Сағат 08:30-да" in learner.get("/portal/").get_data(as_text=True)
    read = f"/portal/notices/{made.json['id']}/read"
    assert learner.submit("/portal/", {"back": "home"}, action=read).location.endswith("/portal/")
    mine = learner.get("/portal/api/v1/notices").json["notices"]
    others = client(person_id=academy.teacher).get("/portal/api/v1/notices").json["notices"]
    assert mine[0]["read_at"]
    assert others[0]["read_at"] is None


def test_an_audience_is_kept(client: Callable[..., Any], academy: Any) -> None:
    writer = client(MAY, person_id=academy.registrar)
    assert writer.submit("/portal/notices/new", FORM).status_code == 303
    seen = {
        name: len(client(person_id=getattr(academy, name)).get("/portal/api/v1/notices").json["notices"])
        for name in ("teacher", "learner", "registrar")
    }
    assert seen == {"teacher": 1, "learner": 0, "registrar": 0}


def test_a_notice_in_one_language_is_refused(client: Callable[..., Any]) -> None:
    answer = client(MAY).submit("/portal/notices/new", {**FORM, "title_ru": "", "last_day": "01.11.2026"})
    assert answer.status_code == 422
    late = client(MAY).submit("/portal/notices/new", {**FORM, "last_day": "01.11.2026"})
    assert "Соңғы күн өтіп кеткен" in late.get_data(as_text=True)


def test_a_notice_is_changed_and_withdrawn(client: Callable[..., Any]) -> None:
    writer = client(MAY)
    made = writer.post("/portal/api/v1/notices", json=BODY).json
    url = f"/portal/notices/{made['id']}"
    assert writer.submit(f"{url}/edit", {"title_kk": "Сап түзеу кейінге қалды"}).status_code == 303
    assert "Сап түзеу кейінге қалды" in writer.get("/portal/notices").get_data(as_text=True)
    late = writer.put(f"/portal/api/v1/notices/{made['id']}", json={**BODY, "version": 1})
    assert late.status_code == 409
    assert writer.post(f"/portal/api/v1/notices/{made['id']}/withdraw").status_code == 200
    assert writer.get("/portal/api/v1/notices").json["notices"] == []
