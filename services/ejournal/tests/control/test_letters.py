"""The dictionary of letters: edited by the institution, typed forms unique, a letter in use stays."""

import pytest
from services.ejournal.tests.academy import WRITER, cell
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import clock
from chassis.db import new_id, unit_of_work
from ejournal.control.service import WAKES_AFTER, forget_books

EDITOR = {
    "ejournal.rules.read": [("institution", None)],
    "ejournal.letters.write": [("institution", None)],
}
API = "/journal/api/v1/letters"
TRIP = {
    "code": "trip",
    "kind": "excused",
    "shown": {"kk": "іс", "ru": "ком", "en": "t"},
    "typed": ["команд"],
    "title": {"kk": "іссапарда", "ru": "в командировке", "en": "on a trip"},
    "position": 6,
}


@pytest.fixture(autouse=True)
def _fresh_books():
    forget_books()
    yield
    forget_books()


@pytest.fixture
def registrar(client):
    return client(EDITOR, new_id())


def test_a_new_letter_is_typed_when_every_process_knows_it(academy, client, registrar) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    asked = [cell(academy.key(0, 0), "КОМАНД", 0)]
    now = clock.now()
    with clock.frozen(now):
        assert registrar.post(API, json=TRIP).status_code == 201
        assert teacher.patch(academy.cells_path, json=asked).status_code == 422
    with clock.frozen(now + WAKES_AFTER):
        forget_books()
        saved = teacher.patch(academy.cells_path, json=asked)
    assert saved.status_code == 200
    assert saved.get_json()["cells"][0]["v"] == "trip"
    assert saved.get_json()["cells"][0]["shown"] == "іс"


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"code": "absent"}, {"/code"}),
        ({"code": "Ы"}, {"/code"}),
        ({"typed": ["Н/Б"]}, {"/typed"}),
        ({"typed": ["92"]}, {"/typed"}),
        ({"shown": {"kk": "ж", "ru": "ком"}}, {"/shown_kk"}),
    ],
)
def test_what_a_letter_cannot_be_is_said_at_its_field(registrar, changes, pointers) -> None:
    answer = registrar.post(API, json=TRIP | changes)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == pointers
    assert len(registrar.get(API).get_json()["items"]) == 5


def test_a_letter_in_use_stays(academy, client, registrar) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "нар", 0)])
    refused = registrar.post(f"{API}/duty/retire")
    assert refused.status_code == 409
    assert refused.get_json()["cells"] == 1
    assert (
        registrar.submit("/journal/letters/duty/edit", {}, action="/journal/letters/duty/retire").status_code
        == 409
    )
    assert (
        registrar.submit("/journal/letters/ill/edit", {}, action="/journal/letters/ill/retire").status_code
        == 303
    )
    assert teacher.patch(academy.cells_path, json=[cell(academy.key(1, 0), "ау", 0)]).status_code == 422
    # Its forms are free again for another letter.
    assert registrar.post(API, json=TRIP | {"typed": ["ау"]}).status_code == 201


def test_words_and_forms_change_and_what_is_stored_is_shown_anew(academy, client, registrar) -> None:
    academy.tell_all()
    teacher = client(WRITER, academy.teacher)
    teacher.patch(academy.cells_path, json=[cell(academy.key(0, 0), "нар", 0)])
    body = {
        "shown": {"kk": "кез", "ru": "деж"},
        "typed": ["наряд"],
        "title": {"kk": "кезекшілікте", "ru": "на дежурстве"},
        "position": 4,
    }
    assert registrar.put(f"{API}/duty", json=body).status_code == 200
    assert ">кез<" in teacher.get(f"/journal/journals/{academy.journal}").get_data(as_text=True)


def test_pages_of_letters(registrar) -> None:
    values = {
        "code": "trip", "kind": "excused", "shown_kk": "іс", "shown_ru": "ком", "shown_en": "t", "typed": "команд, к-ка",
        "title_kk": "іссапарда", "title_ru": "в командировке", "position": "6",
    }  # fmt: skip
    assert registrar.submit("/journal/letters/new", values | {"typed": "н/б"}).status_code == 422
    assert registrar.submit("/journal/letters/new", values).status_code == 303
    edit = "/journal/letters/trip/edit"
    assert registrar.submit(edit, {"title_ru": "служебная командировка"}, action=edit).status_code == 303
    assert "іссапарда" in registrar.get("/journal/letters").get_data(as_text=True)
    items = {item["code"]: item for item in registrar.get(API).get_json()["items"]}
    assert items["trip"]["typed"] == ["команд", "к-ка"]


def test_the_database_keeps_letters_and_lets_no_form_stand_twice(engine) -> None:
    with pytest.raises(DBAPIError), unit_of_work(engine) as session:
        session.execute(text("delete from letter where code = 'ill'"))
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.execute(text("insert into letter_form (form, code) values ('н/б', 'ill')"))
