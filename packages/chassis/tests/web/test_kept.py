"""Kept answers: who gets them again, and when they are made anew."""

from contextlib import ExitStack
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import insert

from chassis import clock
from chassis.db import AtHand, unit_of_work
from chassis.kept import Shelf, digest
from chassis.testing.forms import find_form
from chassis.testing.web import asked_in_making, grant
from chassis.wire import MOST_PREPARED, Statement

from .conftest import END_OTHERS, HELD, MADE, NOTE

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


def test_a_page_given_again_is_told_like_the_first(reader):
    first, second = reader.get(PAGE), reader.get(PAGE)
    assert len(MADE) == 1
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    names = {name for name, _value in first.headers} - {"X-Request-Id"}
    assert names >= {"Content-Type", "Content-Length", "Cache-Control"}
    assert {name for name, _value in second.headers} == {*names, "X-Request-Id"}
    assert {name: first.headers[name] for name in names} == {name: second.headers[name] for name in names}


def test_the_id_of_a_request_is_that_of_the_gateway(reader):
    reader.get(PAGE)
    assert reader.get(PAGE, headers={"X-Request-Id": "a-1"}).headers["X-Request-Id"] == "a-1"
    assert reader.get(PAGE, headers={"X-Request-Id": "a b"}).headers["X-Request-Id"] != "a b"
    assert len(MADE) == 1


def test_only_what_the_view_asked_is_asked_again(reader, app):
    left_out = asked_in_making(reader, PAGE)
    assert left_out == ["SELECT 'asked apart'", "SELECT 'asked while the page is made'"]
    [answer] = app.extensions["chassis"].shelf.kept()
    [ground] = answer.grounds
    assert b"count(*)" in ground.statement.command


def test_another_answer_of_the_database_makes_another_page(reader, engine):
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


def test_a_session_that_was_ended_is_not_answered(reader):
    assert reader.get(API).status_code == reader.get(API).status_code == 200
    assert reader.post("/sample/api/v1/revoke", headers={"Idempotency-Key": "r"}).status_code == 204
    assert reader.get(API).status_code == 401


def test_what_the_process_holds_anew_makes_another_page(reader):
    reader.get(PAGE)
    HELD[0] = object()
    reader.get(PAGE)
    assert len(MADE) == 2


def test_a_page_that_shows_the_time_is_made_each_minute(reader):
    path = f"{PAGE}?minute=1"
    with clock.frozen(clock.now().replace(second=10)) as held:
        reader.get(path)
        held.advance(seconds=49)
        reader.get(path)
        assert len(MADE) == 1
        held.advance(seconds=1)
        reader.get(path)
        assert len(MADE) == 2


@pytest.mark.parametrize("what", ["fresh", "traced"])
def test_a_page_that_asks_for_a_fresh_sign_in_or_leaves_a_trace_is_never_kept(reader, what):
    assert reader.get(f"{PAGE}/{what}").status_code == reader.get(f"{PAGE}/{what}").status_code == 200
    assert len(MADE) == 2


def test_a_database_that_comes_back_is_asked_on_new_connections(reader, engine):
    reader.get(PAGE)
    reader.get(PAGE)
    with engine.connect() as connection:
        assert connection.scalar(END_OTHERS) > 0
    assert [reader.get(PAGE).status_code for _ in range(3)] == [200] * 3


def test_connections_at_hand_are_few_and_come_back(app, reader):
    state = app.extensions["chassis"]
    with ExitStack() as many:
        lines = [many.enter_context(state.at_hand.connection()) for _ in range(5)]
        for number, (connection, prepared) in enumerate(lines):
            asked = Statement.of("SELECT %(n)s", {"n": number}, None).ask(connection, prepared)
            assert asked.get_value(0, 0) == str(number).encode()
    assert state.reader.pool.checkedout() == AtHand.MOST
    state.at_hand.close()
    assert state.reader.pool.checkedout() == 0


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("SELECT '100 %%'", {}, b"100 %"),
        ("SELECT %(a)s || %(b)s || %(a)s", {"a": "x", "b": "y"}, b"xyx"),
        ("SELECT %(id)s::UUID", {"id": UUID(int=7)}, str(UUID(int=7)).encode()),
        ("SELECT %(on)s::DATE", {"on": date(2026, 11, 26)}, b"2026-11-26"),
        ("SELECT %(none)s::TEXT IS NULL", {"none": None}, b"t"),
        ("SELECT 3 = ANY (%(some)s::INTEGER[])", {"some": [1, 3]}, b"t"),
    ],
)
def test_a_statement_is_asked_as_the_driver_asks_it(app, text, values, told):
    with app.extensions["chassis"].at_hand.connection() as (connection, prepared):
        statement = Statement.of(text, values, None)
        assert statement.ask(connection, prepared).get_value(0, 0) == told
        assert statement.ask(connection, dict.fromkeys(range(MOST_PREPARED))).get_value(0, 0) == told
        assert list(prepared) == [(statement.command, statement.types)]


def test_a_statement_that_is_refused_is_an_error(app):
    state = app.extensions["chassis"]
    with pytest.raises(psycopg.Error, match="no_such"), state.at_hand.connection() as line:
        Statement.of("SELECT * FROM no_such", {}, None).ask(*line)
    assert state.reader.pool.checkedout() == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT NULL", "SELECT ''"),
        ("SELECT 'ab', 'c'", "SELECT 'a', 'bc'"),
        ("SELECT 'a', 'b'", "SELECT 'b', 'a'"),
        ("SELECT 1 WHERE false", "SELECT NULL"),
        ("VALUES (1), (2)", "VALUES (2), (1)"),
        ("SELECT 1", "VALUES (1), (NULL)"),
    ],
)
def test_digests_differ_where_answers_do(app, one, other):
    def told(statement):
        with app.extensions["chassis"].at_hand.connection() as line:
            return digest(Statement.of(statement, {}, None).ask(*line))

    assert told(one) == told(one)
    assert told(one) != told(other)


def test_a_shelf_holds_a_bound_of_bytes(reader, app):
    app.extensions["chassis"].shelf = Shelf(most_bytes=10)
    assert reader.get(PAGE).status_code == reader.get(PAGE).status_code == 200
    assert len(MADE) == 2
