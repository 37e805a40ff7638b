"""The last ways: what is noted of them, and what a successor that went them has not left to do."""

import stat

import pytest
from sqlalchemy import event, func, select

from chassis import ways
from chassis.ways import MOST, Way, Ways

from .conftest import MADE, NOTE
from .test_kept import API, PAGE, RIGHTS


@pytest.fixture
def place(tmp_path):
    return tmp_path / "state" / "ways-sample.json"


@pytest.fixture
def noted(app, place, monkeypatch):
    """The ways of this process; every new one is written down at once."""
    monkeypatch.setattr(ways, "WRITE_SECONDS", -1)
    monkeypatch.setattr(ways, "LONGEST_SECONDS", 60)
    app.extensions["chassis"].ways = found = Ways(place)
    yield found
    app.extensions["chassis"].ways = Ways()


def test_a_way_is_the_address_without_its_query_who_went_it_and_in_what_language(noted, client, place):
    reader = client(RIGHTS)
    reader.flask.set_cookie("prefs", "lang=ru")
    assert reader.get(f"{PAGE}?page=7").status_code == 200
    assert Ways(place).last() == [Way(PAGE, str(reader.person_id), "ru")]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert "page=7" not in place.read_text()


def test_the_latest_way_of_each_route_comes_first(noted, client, place):
    first, second = client(RIGHTS), client(RIGHTS)
    first.get(PAGE)
    first.get(API)
    second.get(PAGE)
    second.get("/sample/api/v1/notes")
    paths = [(way.path, way.person) for way in Ways(place).last()]
    assert paths == [
        ("/sample/api/v1/notes", str(second.person_id)),
        (PAGE, str(second.person_id)),
        (API, str(first.person_id)),
    ]


def test_only_so_many_are_kept(noted, client, place, monkeypatch):
    monkeypatch.setattr(ways, "MOST", 1)
    reader = client(RIGHTS)
    reader.get(PAGE)
    reader.get(API)
    assert [way.path for way in Ways(place).last()] == [API]
    assert MOST > 1


def test_what_cannot_be_gone_is_not_noted(noted, client, program, anonymous, place):
    reader = client(RIGHTS)
    reader.submit("/sample/notes/new", {"text": "a"}, action="/sample/notes")
    assert client({}).get(PAGE).status_code == 403
    assert reader.get("/sample/nowhere").status_code == 404
    assert anonymous.get("/sample/health/live").status_code == 200
    program("feed:sample/notes").get("/sample/feeds/sample/notes")
    assert {way.path for way in Ways(place).last()} <= {"/sample/notes/new"}


@pytest.mark.parametrize("said", ["", "{", "[[1]]", '{"a": 1}', "[null]"])
def test_a_file_that_says_nothing_leads_nowhere(said, place):
    place.parent.mkdir()
    place.write_text(said)
    assert Ways(place).last() == []
    assert Ways(place.with_name("none")).last() == []


def test_whoever_comes_after_has_no_statement_written_down_any_more(app, client):
    reader = client(RIGHTS)
    state = app.extensions["chassis"]
    ways.go(state, [Way(PAGE, str(reader.person_id), "kk")])
    known = {id(engine): set(engine._compiled_cache) for engine in (state.reader, state.engine)}
    assert reader.get(PAGE).status_code == 200
    assert all(set(engine._compiled_cache) == known[id(engine)] for engine in (state.reader, state.engine))
    assert known[id(state.reader)]


def test_a_way_is_gone_with_the_rights_its_person_has_now(app, client):
    MADE.clear()
    nobody = client({})
    state = app.extensions["chassis"]
    ways.go(state, [Way(PAGE, str(nobody.person_id), "kk"), Way(PAGE, "no id", "kk")])
    assert MADE == []


def test_going_changes_nothing_and_opens_nothing(app, client, anonymous, engine):
    reader = client(RIGHTS)
    state = app.extensions["chassis"]
    sent = []
    event.listen(state.reader, "before_cursor_execute", lambda *given: sent.append(given[2]))
    verifier = state.verifier
    ways.go(
        state, [Way("/sample/notes", str(reader.person_id), "kk"), Way(PAGE, str(reader.person_id), "kk")]
    )
    assert sent
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(NOTE)) == 0
    assert state.verifier is verifier
    assert anonymous.get(PAGE).status_code == 303


def test_no_time_no_way(app, client):
    MADE.clear()
    ways.go(app.extensions["chassis"], [Way(PAGE, str(client(RIGHTS).person_id), "kk")], seconds=-1)
    assert MADE == []
