"""The same write twice and another write under the same key: one API operation and one form of each service."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.bad_input.conftest import speak, words

from chassis.testing.forms import find_form

TITLE = {"kk": "Сап түзеу", "ru": "Построение"}
NOTICE = {"title": TITLE, "text": TITLE, "audience": "everybody", "last_day": "2099-12-31"}
NOTICE_FORM = {
    "title_kk": "Сап түзеу",
    "title_ru": "Построение",
    "text_kk": "Алаңда",
    "text_ru": "На плацу",
    "audience": "everybody",
    "last_day": "31.12.2099",
}
UNIT = {"code": "AMVD", "kind": "institution", "title": TITLE}
UNIT_FORM = {"code": "AMVD", "kind": "institution", "title_kk": "Академия", "title_ru": "Академия"}
MARC = base64.b64encode(b"broken\x1d").decode()
API: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "auth": ("/auth/api/v1/units", UNIT, {"code": "OTHER"}),
    "portal": ("/portal/api/v1/notices", NOTICE, {"last_day": "2099-12-30"}),
    "library": ("/library/api/v1/imports", {"filename": "a.iso", "content": MARC}, {"filename": "b.iso"}),
    "website": (
        "/website/api/v1/items",
        {"section": "news", "kind": "news", "title": TITLE},
        {"title": {"kk": "Басқа"}},
    ),
}
FORMS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "auth": ("/auth/units/new", "/auth/units/new", UNIT_FORM, {"code": "OTHER"}),
    "portal": ("/portal/notices/new", "/portal/notices/new", NOTICE_FORM, {"last_day": "30.12.2099"}),
    "library": ("/library/cataloguing/imports", "/library/cataloguing/imports", {}, {}),
    "website": (
        "/website/edit/new?section=news",
        "/website/edit/new",
        {"title-kk": "Сап", "title-ru": "Строй"},
        {"title-ru": "Другое"},
    ),
}
REUSED = {
    "kk": "Бұл кілт бұрын басқа сұрауда қолданылған",
    "ru": "Этот ключ уже использован для другого запроса",
}


@pytest.mark.parametrize(("service", "name"), [(name, name) for name in API], indirect=["service"])
def test_a_repeated_api_write_is_done_once_and_another_body_is_refused(
    name: str, master: Any, tally: Callable[[], Any]
) -> None:
    path, body, change = API[name]
    headers = {"Idempotency-Key": str(uuid4())}
    first = master.post(path, json=body, headers=headers)
    assert first.status_code == 201, first.get_data(as_text=True)
    once = tally()
    again = master.post(path, json=body, headers=headers)
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    for language, expected in REUSED.items():
        refused = speak(master, language).post(path, json=body | change, headers=headers)
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
        assert refused.get_json(force=True)["code"] == "chassis.idempotency-key-reused"
        assert expected in words(refused)
    assert tally() == once


@pytest.mark.parametrize(("service", "name"), [(name, name) for name in API], indirect=["service"])
def test_an_api_write_without_a_key_is_refused(name: str, master: Any, tally: Callable[[], Any]) -> None:
    path, body, _change = API[name]
    before = tally()
    for key in ("", "x" * 65, "ключ"):
        told = set()
        for language in ("kk", "ru", "en"):
            refused = speak(master, language).post(path, json=body, headers={"Idempotency-Key": key})
            assert refused.status_code == 422
            told.add(refused.get_json(force=True)["detail"])
        assert len(told) == 3
    assert tally() == before


@pytest.mark.parametrize(("service", "name"), [(name, name) for name in FORMS], indirect=["service"])
def test_a_form_sent_twice_is_saved_once_and_its_key_serves_nothing_else(
    name: str, master: Any, tally: Callable[[], Any]
) -> None:
    path, action, typed, change = FORMS[name]
    form = find_form(master.get(path).get_data(as_text=True), typed, action).values | typed

    def send(extra: dict[str, str], content: bytes = b"broken\x1d") -> Any:
        file = {"file": (io.BytesIO(content), "a.iso")} if name == "library" else {}
        return master.post(action, data={**form, **extra, **file})

    first = send({})
    assert first.status_code == 303, first.get_data(as_text=True)
    once = tally()
    again = send({})
    assert (again.status_code, again.location) == (303, first.location)
    for language, expected in REUSED.items():
        speak(master, language)
        refused = send(change, b"other\x1d")
        assert refused.status_code == 422
        assert expected in words(refused)
    assert tally() == once


def test_every_service_with_writes_is_here() -> None:
    """Ejournal's are beside its marks: its cells need a journal."""
    services = {path.name for path in (Path(__file__).parents[2] / "services").iterdir() if path.is_dir()}
    assert services - {"ejournal"} == set(API) == set(FORMS)
