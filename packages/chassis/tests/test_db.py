import uuid
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Mapped, Session
from sqlalchemy.orm.exc import StaleDataError

from chassis import db
from chassis.problems import Conflict


class Shelf(db.Versioned, db.Base):
    """A table of these tests alone."""

    __tablename__ = "test_shelf"
    __table_args__ = (db.localized_check("title"),)

    id: Mapped[uuid.UUID] = db.uuid_pk()
    title: Mapped[dict[str, str]]
    since: Mapped[datetime | None]


@pytest.fixture
def shelves(engine: Engine) -> Engine:
    db.Base.metadata.tables["test_shelf"].create(engine)
    return engine


def _add(session: Session, **title: str) -> Shelf:
    shelf = Shelf(title=title)
    session.add(shelf)
    session.flush()
    return shelf


def test_identifiers_are_version_7_and_grow():
    ids = [db.new_id() for _ in range(200)]
    assert {one.version for one in ids} == {7}
    assert ids == sorted(ids)
    assert all(type(one) is uuid.UUID for one in ids)


def test_unit_of_work_keeps_all_or_nothing(shelves):
    with db.unit_of_work(shelves) as session:
        kept = _add(session, kk="а", ru="б")

    def fail() -> None:
        with db.unit_of_work(shelves) as session:
            _add(session, kk="в", ru="г")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.unit_of_work(shelves) as session:
        assert session.scalars(select(Shelf.id)).all() == [kept.id]


def test_session_fixture_sees_an_empty_database(shelves, session):
    assert session.scalar(select(Shelf.id)) is None


@pytest.mark.parametrize("title", [{"kk": "а"}, {"kk": "а", "ru": " "}, {"ru": "б", "en": "c"}, {}])
def test_localized_check_demands_kazakh_and_russian(shelves, title):
    with (
        pytest.raises(IntegrityError, match="ck_test_shelf_title_localized"),
        db.unit_of_work(shelves) as session,
    ):
        _add(session, **title)


def test_localized_refuses_an_unknown_language(shelves):
    with pytest.raises(StatementError, match="kk, ru, en"), db.unit_of_work(shelves) as session:
        _add(session, kk="а", ru="б", de="c")


def test_two_people_on_one_row_the_second_is_refused(shelves):
    with db.unit_of_work(shelves) as session:
        key = _add(session, kk="а", ru="б").id
    second = db.open_session(shelves)
    mine = second.get_one(Shelf, key)
    with db.unit_of_work(shelves) as first:
        first.get_one(Shelf, key).title = {"kk": "1", "ru": "1"}
    mine.title = {"kk": "2", "ru": "2"}
    with pytest.raises(StaleDataError):
        db.close_session(second, keep=True)
    with db.unit_of_work(shelves) as session:
        found = session.get_one(Shelf, key)
        assert (found.title, found.version) == ({"kk": "1", "ru": "1"}, 2)


def test_check_version_names_both_versions(shelves):
    with db.unit_of_work(shelves) as session:
        shelf = _add(session, kk="а", ru="б")
    db.check_version(shelf, 1)
    with pytest.raises(Conflict) as caught:
        db.check_version(shelf, 7)
    assert caught.value.extra == {"expected_version": 7, "current_version": 1}


def test_times_come_back_aware_in_utc(shelves):
    at = datetime(2026, 9, 1, 3, 30, tzinfo=UTC)
    with db.unit_of_work(shelves) as session:
        shelf = _add(session, kk="а", ru="б")
        shelf.since = at
    with db.unit_of_work(shelves) as session:
        found = session.get_one(Shelf, shelf.id).since
    assert found == at
    assert found.utcoffset().total_seconds() == 0


def test_engine_limits_statements_and_names_itself(database):
    engine = db.make_engine(database, application_name="portal web", statement_timeout=100)
    with engine.connect() as connection:
        assert connection.scalar(text("show application_name")) == "portal web"
        with pytest.raises(OperationalError, match="statement timeout"):
            connection.execute(text("select pg_sleep(5)"))
    engine.dispose()


def test_connection_that_died_while_resting_is_replaced(database, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(db.clock, "monotonic", lambda: moment[0])
    engine, other = db.make_engine(database), db.make_engine(database)
    number = text("select pg_backend_pid()")
    with engine.connect() as connection:
        first = connection.scalar(number)
    with engine.connect() as connection:
        assert connection.scalar(number) == first
    with other.connect() as connection:
        assert connection.scalar(text("select pg_terminate_backend(:pid, 5000)"), {"pid": first})
    moment[0] += 2 * db.RESTED_SECONDS
    with engine.connect() as connection:
        assert connection.scalar(number) != first
    engine.dispose()
    other.dispose()


def test_errors_do_not_show_parameter_values(engine):
    with engine.connect() as connection, pytest.raises(StatementError) as caught:
        connection.execute(text("select cast(:mark as integer) / 0"), {"mark": 87})
    assert "87" not in str(caught.value)


def test_every_test_gets_a_database_of_its_own(database, databases):
    other = databases.url(databases.create(databases.template(None)))
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create table only_here (id int)")
    with psycopg.connect(other.replace("+psycopg", "")) as connection:
        assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)
        assert connection.execute("select to_regclass('chassis.audit_row')").fetchone() != (None,)
    databases.drop(other.rpartition("/")[2].partition("?")[0])
