"""A snapshot is never older than the question for it, however many share it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text

from chassis import snapshots
from chassis.db import AtHand
from chassis.snapshots import Snapshots

from .conftest import write_elsewhere


class Held(AtHand):
    """Connections that are given out only when somebody lets them."""

    def __init__(self, engine):
        super().__init__(engine)
        self.wanted, self.let, self.given = threading.Semaphore(0), threading.Semaphore(0), 0

    @contextmanager
    def connection(self) -> Iterator[tuple]:
        self.wanted.release()
        assert self.let.acquire(timeout=30)
        self.given += 1
        with super().connection() as line:
            yield line


@pytest.fixture
def held(engine):
    at_hand = Held(engine)
    yield at_hand
    at_hand.close()


def test_a_write_makes_another_snapshot(app, engine):
    taken = Snapshots(app.extensions["chassis"].at_hand)
    first = taken.now()
    write_elsewhere(engine)
    second = taken.now()
    assert first != second
    assert first[0] is second[0]
    assert int(first[1].split(b":")[1]) < int(second[1].split(b":")[1])


def test_who_comes_while_one_is_asked_for_shares_the_next(held, engine):
    taken = Snapshots(held)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(taken.now)
        assert held.wanted.acquire(timeout=30)  # it is about to ask
        others = [pool.submit(taken.now) for _number in range(7)]
        write_elsewhere(engine)
        held.let.release(8)
        told = [one.result(30) for one in others]
        assert first.result(30) is not None
    assert held.given <= 3  # those who had not come yet when the second began take the third
    after = int(told[0][1].split(b":")[1])
    assert all(int(one[1].split(b":")[1]) >= after for one in told)


def test_what_was_asked_for_before_somebody_came_is_not_given(held, engine):
    taken = Snapshots(held)
    held.let.release(2)
    before = taken.now()
    write_elsewhere(engine)
    assert taken.now() != before
    assert held.given == 2


def test_who_waits_too_long_gets_none(held, monkeypatch):
    monkeypatch.setattr(snapshots, "PATIENCE_SECONDS", 0.01)
    taken = Snapshots(held)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(taken.now)
        assert held.wanted.acquire(timeout=30)
        assert taken.now() is None
        held.let.release()
        assert first.result(30) is not None


def test_a_question_that_fails_is_asked_again_by_the_next(app, engine, monkeypatch):
    taken = Snapshots(app.extensions["chassis"].at_hand)
    with monkeypatch.context() as broken:
        broken.setattr(snapshots, "CURRENT", snapshots.Statement(b"SELECT no_such()", (), (), ()))
        with pytest.raises(psycopg.Error, match="no_such"):
            taken.now()
    assert taken.now() is not None


def test_many_threads_never_see_less_than_was_written_before_they_asked(app, engine):
    taken = Snapshots(app.extensions["chassis"].at_hand)
    with engine.connect() as connection, ThreadPoolExecutor(8) as pool:
        for _round in range(40):
            with connection.begin():
                written = connection.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
            told = pool.map(lambda _number: taken.now(), range(16))
            assert all(int(one[1].split(b":")[1]) > written for one in told)
