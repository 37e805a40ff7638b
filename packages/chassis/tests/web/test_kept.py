"""Answers kept per version: who gets them again, and when they are made anew."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from chassis import clock
from chassis.db import unit_of_work
from chassis.kept import Shelf
from chassis.testing.forms import find_form
from chassis.testing.web import grant

from .conftest import MADE, NOTE

PAGE, API = "/sample/kept", "/sample/api/v1/kept"
RIGHTS = {"sample.note.read": [("institution", None)], "sample.note.write": [("institution", None)]}


@pytest.fixture
def reader(client):
    MADE.clear()
    return client(RIGHTS)


def add_note(engine):
    with unit_of_work(engine) as session:
        session.execute(insert(NOTE).values(text="a"))


def tokens(page):
    values = find_form(page.text, {"text"}, None).values
    return values["_csrf"], values["_key"]


def test_the_second_time_the_page_is_not_made_and_its_tokens_are_others(reader):
    first, second = reader.get(PAGE), reader.get(PAGE)
    assert len(MADE) == 1
    assert first.content_type == second.content_type
    assert len({*tokens(first), *tokens(second)}) == 4
    csrf, key = tokens(second)
    assert reader.post("/sample/notes", data={"text": "a", "_csrf": csrf, "_key": key}).status_code == 303


def test_rights_read_anew_and_found_the_same_keep_the_page(reader, app):
    reader.get(PAGE)
    app.extensions["chassis"].access.forget()
    reader.get(PAGE)
    assert len(MADE) == 1


def test_another_version_is_made(reader, engine):
    reader.get(PAGE)
    add_note(engine)
    reader.get(PAGE)
    assert len(MADE) == 2


@pytest.mark.parametrize("change", ["person", "language", "address", "rights", "day"])
def test_what_the_key_holds_makes_another_page(reader, client, engine, app, change, monkeypatch):
    reader.get(PAGE)
    asks, path = reader, PAGE
    if change == "person":
        asks = client(RIGHTS)
    elif change == "language":
        reader.flask.set_cookie("prefs", "lang=ru")
    elif change == "address":
        path = f"{PAGE}?page=2"
    elif change == "rights":
        grant(engine, reader.person_id, {"sample.note.write": [("group", "101")]})
        app.extensions["chassis"].access.forget()
    else:
        tomorrow = clock.today() + timedelta(days=1)
        monkeypatch.setattr(clock, "today", lambda: tomorrow)
    asks.get(path)
    assert len(MADE) == 2


def test_what_is_said_once_is_not_kept(reader):
    plain = len(reader.get(PAGE).text)
    reader.submit("/sample/notes/new", {"text": "a"})
    told = reader.get(PAGE)
    assert len(told.text) > plain
    assert "Saved" in told.text or "Сақталды" in told.text
    assert len(reader.get(PAGE).text) == plain


def test_json_is_kept_too(reader, engine):
    assert reader.get(API).json == reader.get(API).json == {"items": [], "total": 0}
    add_note(engine)
    assert reader.get(API).json["total"] == 1


def test_a_refused_person_gets_nothing_kept(reader, client):
    reader.get(PAGE)
    assert client({}).get(PAGE).status_code == 403


def test_a_shelf_holds_a_bound_of_bytes(reader, app):
    app.extensions["chassis"].shelf = Shelf(most_bytes=10)
    assert reader.get(PAGE).status_code == reader.get(PAGE).status_code == 200
    assert len(MADE) == 2
