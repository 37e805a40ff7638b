import threading

import psycopg
import pytest
from sqlalchemy import create_engine, text

from chassis import migrate

REVISION = """
from alembic import op
revision = "{own}"
down_revision = {before}
def upgrade():
    op.execute("{sql}")
"""


@pytest.fixture
def empty(databases):
    name = databases.create()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "versions").mkdir()
    return tmp_path


def write(place, own: str, before: str | None, sql: str) -> None:
    (place / "versions" / f"{own}_x.py").write_text(REVISION.format(own=own, before=repr(before), sql=sql))


def ask(url: str, sql: str):
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall()


def test_chassis_then_service_and_a_second_run_has_nothing_to_do(empty, place):
    write(place, "0001", None, "create table book (id int)")
    done = migrate.migrate(empty, migrations=place)
    assert done[0] == "chassis 0001"
    assert done[-1] == "service 0001"
    assert migrate.migrate(empty, migrations=place) == []
    assert ask(empty, "select version_num from chassis.service_version") == [("0001",)]


def test_a_later_revision_of_the_service_alone_stays(empty, place):
    write(place, "0001", None, "create table book (id int)")
    migrate.migrate(empty, migrations=place)
    write(place, "0002", "0001", "create table shelf (id int)")
    assert migrate.migrate(empty, migrations=place) == ["service 0002"]
    assert ask(empty, "select version_num from chassis.service_version") == [("0002",)]
    assert ask(empty, "select to_regclass('shelf')::text") == [("shelf",)]


def test_a_failing_revision_leaves_nothing_of_itself(empty, place):
    write(place, "0001", None, "create table book (id int)")
    write(place, "0002", "0001", "create table shelf (id int); select 1/0")
    with pytest.raises(Exception, match="division by zero"):
        migrate.migrate(empty, migrations=place)
    assert ask(empty, "select to_regclass('book')::text, to_regclass('shelf')::text") == [("book", None)]
    assert ask(empty, "select version_num from chassis.service_version") == [("0001",)]


def test_a_newer_database_is_refused_before_anything_changes(empty, place):
    write(place, "0001", None, "create table book (id int)")
    migrate.migrate(empty, migrations=place)
    (place / "versions" / "0001_x.py").unlink()
    write(place, "0009", None, "create table other (id int)")
    with pytest.raises(migrate.NewerDatabase, match="revision 0001 of service"):
        migrate.migrate(empty, migrations=place)
    assert ask(empty, "select to_regclass('other')::text") == [(None,)]


def test_two_starters_do_not_race(empty, place):
    write(place, "0001", None, "create table book (id int)")
    results: list[list[str]] = []
    starters = [
        threading.Thread(target=lambda: results.append(migrate.migrate(empty, migrations=place)))
        for _ in range(3)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert sorted(map(bool, results)) == [False, False, True]


def test_a_service_without_migrations_gets_the_chassis_alone(empty, tmp_path):
    done = migrate.migrate(empty, migrations=tmp_path / "none")
    assert {line.split()[0] for line in done} == {"chassis"}


def test_own_revisions_are_one_line():
    script = migrate._script(migrate.OWN_MIGRATIONS)
    assert len(script.get_heads()) == 1
    assert script.get_base() == "0001"


def test_a_migration_waits_for_locks_only_so_long(empty, place):
    migrate.migrate(empty)
    engine = create_engine(empty, connect_args={"options": migrate.LIMITS})
    with engine.connect() as connection:
        assert connection.scalar(text("show lock_timeout")) == "5s"
    engine.dispose()
