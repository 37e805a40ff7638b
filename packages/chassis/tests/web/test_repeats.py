"""When a kept answer's questions are asked once more: as soon as a transaction has ended, and not before."""

from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from chassis.db import unit_of_work
from chassis.kept import RESTLESS

from .conftest import END_OTHERS, MADE, NOTE, write_elsewhere
from .test_kept import PAGE, RIGHTS

SEEN = "SELECT pg_current_snapshot()::text"


@pytest.fixture
def reader(client):
    """Give a reader whose page was asked for twice: made, and found to stand."""
    reader = client(RIGHTS)
    reader.get(PAGE)
    reader.get(PAGE)
    MADE.clear()
    return reader


@pytest.fixture
def shelf(app):
    return app.extensions["chassis"].shelf


def seen(engine):
    with engine.connect() as connection:
        return connection.scalar(text(SEEN))


def doubt(shelf):
    """Let the kept answer rest on what the database does not say: if it is asked, the page is made anew."""
    [answer] = shelf.kept()
    answer.grounds = [replace(ground, told=b"something else") for ground in answer.grounds]


def note(text_):
    return insert(NOTE).values(text=text_)


def test_while_no_transaction_ends_no_question_is_asked(reader, shelf, engine):
    for _round in range(50):  # others on this server may end one just now
        reader.get(PAGE)
        before = seen(engine)
        reader.get(PAGE)
        doubt(shelf)
        MADE.clear()
        reader.get(PAGE)
        made = len(MADE)
        if seen(engine) == before:
            assert made == 0
            return
    pytest.fail("some transaction ended in every round")


def test_whatever_was_written_has_the_questions_asked(reader, shelf, engine):
    doubt(shelf)
    write_elsewhere(engine)
    reader.get(PAGE)
    assert len(MADE) == 1


def test_questions_answered_as_before_keep_the_page_after_other_writes(reader, engine):
    write_elsewhere(engine)
    reader.get(PAGE)
    assert MADE == []


@pytest.mark.parametrize("others_end", [False, True])
def test_what_is_written_counts_from_its_commit(reader, engine, others_end):
    with ExitStack() as slow:
        slow.enter_context(unit_of_work(engine)).execute(note("not yet"))
        if others_end:  # the slow transaction is now older than the newest that ended
            write_elsewhere(engine)
        reader.get(PAGE)
        reader.get(PAGE)
        assert MADE == []
        slow.close()
        reader.get(PAGE)
        assert len(MADE) == 1


def test_an_answer_that_does_not_stand_is_judged_once(reader, app, shelf, engine):
    environ = reader.get(PAGE).request.environ
    with unit_of_work(engine) as session:
        session.execute(note("new"))
    assert app.wsgi_app.repeat(environ) is None
    assert shelf.kept() == ()


def test_a_newer_answer_is_not_dropped_for_an_older_one(reader, shelf, engine):
    [older] = shelf.kept()
    with unit_of_work(engine) as session:
        session.execute(note("new"))
    environ = reader.get(PAGE).request.environ
    shelf.drop(environ, older)
    assert shelf.kept() != ()


def test_what_was_rolled_back_changes_nothing(reader, engine):
    with closing(Session(engine)) as given_up:
        given_up.execute(note("never"))
        given_up.rollback()
    reader.get(PAGE)
    assert MADE == []


def test_on_new_connections_nothing_counts_that_was_seen_before(reader, shelf, engine):
    doubt(shelf)
    with engine.connect() as connection:
        assert connection.scalar(END_OTHERS) > 0
    reader.get(PAGE)  # the connection at hand is gone: the usual way
    [answer] = shelf.kept()
    assert len(MADE) == 1
    assert answer.stood is None
    reader.get(PAGE)
    assert shelf.kept()[0].stood is not None


def test_the_first_question_on_a_new_connection_proves_nothing(reader, app, shelf):
    doubt(shelf)
    state = app.extensions["chassis"]
    state.at_hand.close()
    state.reader.dispose()
    reader.get(PAGE)
    assert len(MADE) == 1


def test_a_new_connection_begins_an_era(app, reader):
    at_hand = app.extensions["chassis"].at_hand
    first = at_hand.era
    with at_hand.connection():
        assert at_hand.era is first
        with at_hand.connection():
            assert at_hand.era is not first


@pytest.mark.parametrize(
    ("question", "restless"),
    [
        (b"SELECT count(*) FROM note", False),
        (b"SELECT page, stage, known, message FROM note WHERE held_at > $1::TIMESTAMP WITH TIME ZONE", False),
        (b"SELECT now() - sent_at FROM note", True),
        (b"SELECT * FROM note WHERE day >= CURRENT_DATE", True),
        (b"SELECT Clock_Timestamp()", True),
        (b"SELECT * FROM note ORDER BY random()", True),
        (b"SELECT gen_random_uuid()", True),
        (b"SELECT nextval('numbers')", True),
        (b"SELECT count(*) FROM pg_stat_activity", True),
        (b"SELECT age(held_at) FROM note", True),
    ],
)
def test_questions_answered_anew_without_a_write_are_known(question, restless):
    assert bool(RESTLESS.search(question)) is restless


def test_a_restless_question_is_asked_each_time(client, shelf):
    asks = client(RIGHTS)
    path = f"{PAGE}?clock=1"
    for _time in range(3):
        asks.get(path)
    [answer] = shelf.kept()
    assert not answer.by_rows
    assert answer.stood is None
    MADE.clear()
    asks.get(path)
    assert MADE == []
    doubt(shelf)
    asks.get(path)
    assert len(MADE) == 1


def asked_together(app, environ, times=3):
    """Ask many times at once, among what is no plain GET or was never answered."""
    found = app.wsgi_app.repeat_together([None, *[environ] * times, {**environ, "QUERY_STRING": "other"}])
    assert found[0] is found[-1] is None
    return found[1:-1]


def test_what_stands_is_given_to_all_who_ask_together(reader, app):
    environ = reader.get(PAGE).request.environ
    MADE.clear()
    for _round in range(50):  # others on this server may end a transaction just now
        found = asked_together(app, environ)
        if None not in found:
            assert {len(body) for _fields, body in found} == {len(found[0][1])}
            assert MADE == []
            return
        reader.get(PAGE)
    pytest.fail("some transaction ended in every round")


def test_after_a_write_nothing_is_given_together_until_it_was_asked_alone(reader, app, shelf, engine):
    environ = reader.get(PAGE).request.environ
    write_elsewhere(engine)
    assert asked_together(app, environ) == [None] * 3
    assert len(shelf.kept()) == 1


def test_on_a_new_connection_nothing_is_given_together(reader, app):
    environ = reader.get(PAGE).request.environ
    state = app.extensions["chassis"]
    state.at_hand.close()
    state.reader.dispose()
    assert asked_together(app, environ) == [None] * 3


def test_who_may_not_any_more_is_given_nothing_together(reader, app):
    environ = reader.get(PAGE).request.environ
    assert asked_together(app, {**environ, "HTTP_AUTHORIZATION": "Bearer nobody"}) == [None] * 3
