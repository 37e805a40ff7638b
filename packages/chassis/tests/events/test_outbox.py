"""What is recorded leaves with its transaction, and with nothing else."""

from __future__ import annotations

import contextlib
import threading

import pytest
from sqlalchemy import Engine, event, select, text

from chassis import contracts
from chassis.bell import Bell
from chassis.db import unit_of_work
from chassis.events import LOG, LOGGED, STAGED, STAGING
from chassis.numberer import number_all, number_batch, run
from chassis.outbox import pending, record

FEED = "auth/access"
TYPE = "auth.session.revoked.v1"


def revoke(session, subject: str, at: int = 1) -> None:
    record(session, TYPE, feed=FEED, subject=subject, data={"key": f"sub:{subject}", "at": at})


def staged(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(STAGING.c.subject).order_by(STAGING.c.position)))


def logged(engine: Engine) -> list[tuple[str, int, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(LOG.c.feed, LOG.c.sequence, LOG.c.subject).order_by(LOG.c.feed, LOG.c.sequence)
        )
        return [tuple(row) for row in rows]


def test_events_leave_with_the_commit_in_the_order_of_recording(engine):
    with unit_of_work(engine) as session:
        revoke(session, "a")
        revoke(session, "b")
        assert staged(engine) == []
    assert staged(engine) == ["a", "b"]
    assert pending(session) == []


def test_a_rollback_forgets_them(engine):
    with contextlib.suppress(ZeroDivisionError), unit_of_work(engine) as session:
        revoke(session, "a")
        raise ZeroDivisionError
    assert staged(engine) == []
    assert pending(session) == []


def test_a_rollback_to_a_savepoint_forgets_only_what_came_after_it(engine):
    with unit_of_work(engine) as session:
        revoke(session, "before")
        with session.begin_nested():
            revoke(session, "kept")
        with contextlib.suppress(ZeroDivisionError), session.begin_nested():
            revoke(session, "lost")
            with session.begin_nested():
                revoke(session, "lost, too")
            raise ZeroDivisionError
        revoke(session, "after")
    assert staged(engine) == ["before", "kept", "after"]


def test_the_staging_is_the_last_statement_of_the_transaction(engine):
    """Every row lock is taken before the place in the order is."""
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda c, cur, statement, *rest: statements.append(statement)
    )
    with unit_of_work(engine) as session:
        revoke(session, "a")
        session.execute(text("SELECT 1"))
    assert "event_staging" in statements[-1]


def test_a_commit_rings_for_the_numberer(engine):
    with Bell(engine, STAGED) as bell:
        assert bell.wait(STAGED, 0, 5), "the bell rings once when it begins to listen"
        seen = bell.rings(STAGED)
        with unit_of_work(engine) as session:
            revoke(session, "a")
        assert bell.wait(STAGED, seen, 5)


def test_the_numberer_hears_a_commit_and_rings_for_the_readers(engine):
    """Well under its 250 ms poll: the time from act to log is that of two notifications."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(engine, stop))
    thread.start()
    with Bell(engine, LOGGED) as bell:
        assert bell.wait(LOGGED, 0, 5), "the bell rings once when it begins to listen"
        for number in range(1, 4):
            seen = bell.rings(LOGGED)
            with unit_of_work(engine) as session:
                revoke(session, "a")
            assert bell.wait(LOGGED, seen, 5)
            assert len(logged(engine)) == number
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_closed_bell_lets_waiters_go(engine):
    bell = Bell(engine, STAGED)
    bell.start()
    freed = threading.Event()

    def wait() -> None:
        bell.wait(STAGED, 100, 60)
        freed.set()

    thread = threading.Thread(target=wait)
    thread.start()
    bell.close()
    thread.join(5)
    assert freed.is_set()


def test_where_nothing_waits_nothing_is_locked(engine):
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(engine, "after_cursor_execute", note)
    try:
        with engine.connect() as connection:
            assert number_batch(connection) == 0
            assert not [statement for statement in asked if "FOR NO KEY UPDATE" in statement]
            with unit_of_work(engine) as session:
                revoke(session, "a")
            assert number_batch(connection) == 1
            assert [statement for statement in asked if "FOR NO KEY UPDATE" in statement]
    finally:
        event.remove(engine, "after_cursor_execute", note)


def test_each_feed_counts_from_one_without_a_gap(engine):
    with unit_of_work(engine) as session:
        for number in range(5):
            revoke(session, f"a{number}")
            record(session, "x.y.v1", feed="auth/people", subject="p", data={})
    assert number_all(engine) == 10
    with unit_of_work(engine) as session:
        revoke(session, "later")
    assert number_all(engine) == 1
    rows = logged(engine)
    assert [sequence for feed, sequence, _ in rows if feed == FEED] == [1, 2, 3, 4, 5, 6]
    assert [sequence for feed, sequence, _ in rows if feed == "auth/people"] == [1, 2, 3, 4, 5]
    assert rows[5] == (FEED, 6, "later")
    assert staged(engine) == []


def test_what_is_not_committed_yet_is_numbered_later(engine):
    with unit_of_work(engine) as slow:
        revoke(slow, "slow")
        with unit_of_work(engine) as fast:
            revoke(fast, "fast")
        assert number_all(engine) == 1
    assert number_all(engine) == 1
    assert [subject for _, _, subject in logged(engine)] == ["fast", "slow"]


def test_a_batch_is_bounded(engine):
    with unit_of_work(engine) as session:
        for number in range(501):
            revoke(session, str(number))
    with engine.connect() as connection:
        assert [number_batch(connection) for _ in range(3)] == [500, 1, 0]
    assert [sequence for _, sequence, _ in logged(engine)] == list(range(1, 502))


@pytest.fixture
def validating(session):
    contracts.activate()
    yield
    contracts.activate(None)


def test_record_refuses_data_that_do_not_fit_the_contract(validating, session):
    with pytest.raises(contracts.ContractError, match="/at: 'soon' is not of type 'integer'"):
        record(session, TYPE, feed=FEED, subject="s", data={"key": "sid:x", "at": "soon"})
    with pytest.raises(contracts.ContractError, match="has no contract"):
        record(session, "auth.nothing.v1", feed=FEED, subject="s", data={})
    assert pending(session) == []
