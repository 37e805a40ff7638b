"""Statements asked of the driver itself: in the unit of work, seen by who listens, and failing as any statement fails."""

import uuid

import psycopg
import pytest
from sqlalchemy import (
    ARRAY,
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from chassis.db import close_session, open_session, unit_of_work
from chassis.permissions import Scopes
from chassis.questions import Question

THING = Table(
    "test_thing",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("more", JSONB),
    Column("size", Integer),
)
ADD = Question(insert(THING).values({name: bindparam(name) for name in ("id", "name", "more")}))
BY_ID = Question(select(THING).where(THING.c.id == bindparam("thing", type_=Uuid)))


@pytest.fixture
def things(engine: Engine) -> Engine:
    THING.create(engine)
    return engine


def _add(session, name: str) -> uuid.UUID:
    id_ = uuid.uuid4()
    assert ADD.act(session, {"id": id_, "name": name, "more": '{"a": [1]}'}) == 1
    return id_


def test_rows_have_names_and_values_as_the_driver_reads_them(things) -> None:
    with unit_of_work(things) as session:
        id_ = _add(session, "one")
        row = BY_ID.first(session, {"thing": id_})
        assert (row.id, row.name, row.more, row.size) == (id_, "one", {"a": [1]}, None)
        assert dict(row._mapping)["name"] == "one"
        assert BY_ID.first(session, {"thing": uuid.uuid4()}) is None


def test_it_belongs_to_the_unit_of_work(things) -> None:
    session = open_session(things)
    _add(session, "gone")
    close_session(session, keep=False)
    with unit_of_work(things) as session:
        _add(session, "kept")
    with unit_of_work(things) as session:
        assert session.scalars(select(THING.c.name)).all() == ["kept"]


def test_values_written_into_the_statement_stay(things) -> None:
    scopes = Scopes.of([("group", "one"), ("group", "two")])
    among = Question(select(THING.c.name).where(scopes.where({"group": THING.c.name}), THING.c.more != []))
    nowhere = Question(
        select(THING.c.name).where(Scopes.of([("group", None)]).where({"group": THING.c.name}))
    )
    several = Question(
        select(THING.c.name).where(THING.c.id == any_(cast(bindparam("ids", type_=Text), ARRAY(Uuid))))
    )
    with unit_of_work(things) as session:
        ids = [_add(session, name) for name in ("one", "two", "three")]
        assert {row.name for row in among.all(session, {})} == {"one", "two"}
        assert nowhere.all(session, {}) == []
        assert {row.name for row in several.all(session, {"ids": f"{{{ids[0]},{ids[2]}}}"})} == {
            "one",
            "three",
        }


def test_a_list_that_would_grow_is_refused() -> None:
    grows = Question(select(THING).where(THING.c.name.in_(bindparam("names", expanding=True))))
    with pytest.raises(TypeError, match="array"):
        grows.all(None, {"names": []})  # type: ignore[arg-type]


def test_who_listens_to_statements_hears_it(things) -> None:
    heard: list[str] = []
    event.listen(things, "before_cursor_execute", lambda c, cur, statement, *rest: heard.append(statement))
    with unit_of_work(things) as session:
        _add(session, "one")
    assert [statement.partition(" (")[0] for statement in heard] == ["INSERT INTO test_thing"]


def test_a_broken_constraint_is_the_error_it_always_is_without_values(things) -> None:
    with pytest.raises(IntegrityError) as told, unit_of_work(things) as session:
        ADD.act(session, {"id": uuid.uuid4(), "name": None, "more": "[]"})
    assert isinstance(told.value.orig, psycopg.errors.NotNullViolation)
    assert told.value.params is None


def test_a_lock_that_is_not_had_in_time_is_an_error_of_the_database(things) -> None:
    rename = Question(update(THING).values(name=bindparam("new")).where(THING.c.name == "one"))
    with unit_of_work(things) as session:
        _add(session, "one")
    with unit_of_work(things) as holder, open_session(things) as session:
        rename.act(holder, {"new": "two"})
        session.execute(text("SET LOCAL lock_timeout = '10ms'"))
        with pytest.raises(DBAPIError) as told:
            rename.act(session, {"new": "three"})
    assert isinstance(told.value.orig, psycopg.errors.LockNotAvailable)


def test_a_lost_connection_leaves_the_pool(things) -> None:
    ask = Question(text("SELECT pg_backend_pid() AS pid"))
    with open_session(things) as session:
        lost = ask.first(session, {}).pid
        with unit_of_work(things) as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})
        with pytest.raises(OperationalError):
            ask.first(session, {})
    for _again in range(3):
        with unit_of_work(things) as session:
            assert ask.first(session, {}).pid != lost


def test_a_question_whose_plan_no_longer_fits_fails_once_and_is_prepared_anew(things) -> None:
    with unit_of_work(things) as session:
        id_ = _add(session, "one")
        assert BY_ID.first(session, {"thing": id_}).size is None
    with unit_of_work(things) as session:
        session.execute(text("ALTER TABLE test_thing ALTER COLUMN size TYPE bigint"))
    with pytest.raises(DBAPIError, match="cached plan"), unit_of_work(things) as session:
        BY_ID.all(session, {"thing": id_})
    with unit_of_work(things) as session:
        assert BY_ID.first(session, {"thing": id_}).name == "one"


def test_a_question_is_prepared_once_also_when_units_of_work_are_given_up(things) -> None:
    prepared = text(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO test_thing%'"
    )
    for _again in range(3):
        session = open_session(things)
        _add(session, "gone")
        close_session(session, keep=False)
    with unit_of_work(things) as session:
        assert session.scalar(prepared) == 1
        assert session.scalars(select(THING.c.name)).all() == []


@pytest.mark.parametrize("asked_before", [0, 8])
def test_questions_go_on_after_a_savepoint_was_given_up(things, asked_before) -> None:
    with unit_of_work(things) as session:
        id_ = _add(session, "kept")
        for _again in range(asked_before):
            session.scalar(text("SELECT 1"))
        trial = session.begin_nested()
        _add(session, "gone")
        trial.rollback()
        assert BY_ID.first(session, {"thing": id_}).name == "kept"
        _add(session, "also kept")
    with unit_of_work(things) as session:
        assert session.scalars(select(THING.c.name)).all() == ["kept", "also kept"]


@pytest.mark.parametrize("asked_before", [0, 8])
def test_questions_go_on_after_a_failure(things, asked_before) -> None:
    for _again in range(3):
        session = open_session(things)
        for _ask in range(asked_before):
            session.scalar(text("SELECT 1"))
        _add(session, "gone")
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT 1 / 0"))
        close_session(session, keep=False)
        with unit_of_work(things) as session:
            assert BY_ID.first(session, {"thing": uuid.uuid4()}) is None


def test_what_a_commit_refuses_is_the_error_it_always_is_and_nothing_is_kept(things) -> None:
    with unit_of_work(things) as session:
        session.execute(
            text("ALTER TABLE test_thing ADD CONSTRAINT one_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED")
        )
    session = open_session(things)
    _add(session, "one")
    _add(session, "one")
    with pytest.raises(IntegrityError):
        close_session(session, keep=True)
    with unit_of_work(things) as session:
        assert session.scalars(select(THING.c.name)).all() == []


def test_a_question_without_transactions_stands_for_itself(things) -> None:
    with unit_of_work(things) as session:
        id_ = _add(session, "one")
    with things.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = Session(bind=connection)
        assert BY_ID.first(alone, {"thing": id_}).name == "one"
        assert connection.connection.driver_connection.info.transaction_status.name == "IDLE"
