"""A unit of work that is given up takes nothing with it but its own changes: what a connection has prepared stays prepared."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from chassis import db

ASKED_OFTEN = 8
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%pg_backend_pid%'")


def _ask(session: Session, times: int = ASKED_OFTEN) -> int:
    pids = {session.scalar(text("SELECT pg_backend_pid()")) for _ in range(times)}
    assert len(pids) == 1
    return pids.pop()


def _prepared(engine: Engine) -> int:
    with db.unit_of_work(engine) as session:
        return int(session.scalar(PREPARED) or 0)


def _give_up(engine: Engine, statement: str = "SELECT 1") -> None:
    session = db.open_session(engine)
    _ask(session)
    try:
        session.execute(text(statement))
    finally:
        db.close_session(session, keep=False)


def test_what_was_prepared_outlives_a_rollback(engine: Engine) -> None:
    _give_up(engine)
    assert _prepared(engine) == 1
    with db.unit_of_work(engine) as session:
        _ask(session)


def test_a_rollback_takes_the_changes_back(engine: Engine) -> None:
    with db.unit_of_work(engine) as session:
        session.execute(text("CREATE TABLE kept_test (n int)"))
    _give_up(engine, "INSERT INTO kept_test VALUES (1)")
    with db.unit_of_work(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM kept_test")) == 0


def test_an_error_inside_the_transaction_is_left_to_psycopg(engine: Engine) -> None:
    with pytest.raises(DBAPIError):
        _give_up(engine, "SELECT 1 / 0")
    assert _prepared(engine) == 0
    with db.unit_of_work(engine) as session:
        _ask(session)


def test_a_rollback_to_a_savepoint_is_left_to_psycopg(engine: Engine) -> None:
    session = db.open_session(engine)
    _ask(session)
    session.begin_nested().rollback()
    _ask(session)
    assert session.scalar(PREPARED) == 1
    db.close_session(session, keep=False)
    assert _prepared(engine) == 1


def test_a_lost_connection_is_told(engine: Engine) -> None:
    session = db.open_session(engine)
    pid = _ask(session)
    with db.unit_of_work(engine) as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with pytest.raises(OperationalError):
        db.close_session(session, keep=False)
    with db.unit_of_work(engine) as session:
        assert _ask(session) != pid
