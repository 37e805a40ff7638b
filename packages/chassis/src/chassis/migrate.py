"""Bring a database to the present version: first the chassis' own tables, then the service's.

Both are plain Alembic revisions with their own version table in the schema `chassis`. Each revision is one transaction;
an advisory lock lets one starter work while the others wait.

    MigrationError
      NewerDatabase                 the database was migrated by a newer version of this program
      Unreachable                   the database did not answer in the time it was given
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from chassis import clock, logs
from chassis.db import Base
from chassis.plan import OWN_MIGRATIONS, SCHEMA

LOCK = 7_325_501
STARTERS_WAIT = "120s"
PAUSE_FIRST, PAUSE_LONGEST = 0.5, 15.0
LIMITS = "-c lock_timeout=5000 -c statement_timeout=600000 -c timezone=UTC"


class MigrationError(Exception):
    """The database cannot be brought to the present version; the message is for the operator."""


class NewerDatabase(MigrationError):
    """The database knows revisions this program does not."""


class Unreachable(MigrationError):
    """The database does not answer."""


def wait_for(url: str, seconds: int) -> None:
    """Wait until the database lets us in, asking ever more rarely; every vain try is one line of the log.

    Args:
        url: the database, as its owner.
        seconds: how long at most; 0 asks once.

    Raises:
        Unreachable: it did not, with what it said last.
    """
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    deadline, pause = clock.monotonic() + seconds, PAUSE_FIRST
    while True:
        try:
            engine.connect().close()
            return
        except OperationalError as error:
            said = " ".join(str(error.orig).split())
        if clock.monotonic() + pause > deadline:
            raise Unreachable(f"the database cannot be reached: {said}")
        logs.get(__name__).warning("the database cannot be reached yet", again_in=pause, said=said)
        threading.Event().wait(pause)
        pause = min(pause * 2, PAUSE_LONGEST)


def folder(service: str) -> Path:
    """Find the migrations of a service: `migrations/` beside its `src/`."""
    origin = import_module(service).__file__
    return Path(str(origin)).resolve().parents[2] / "migrations"


def migrate(url: str, *, migrations: Path | None = None) -> list[str]:
    """Run every revision the database lacks.

    Args:
        url: the database, as its owner.
        migrations: the service's folder with `versions/` in it (see `folder`); a missing one has nothing to add.

    Returns:
        The revisions that were run, such as `chassis 0001`.

    Raises:
        NewerDatabase: before anything is changed.
    """
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": LIMITS})
    plans = [("chassis", OWN_MIGRATIONS)]
    if migrations is not None and (migrations / "versions").is_dir():
        plans.append(("service", migrations))
    try:
        with engine.connect() as connection, _alone(connection):
            for name, place in plans:
                _refuse_newer(connection, name, place)
            return [f"{name} {done}" for name, place in plans for done in _upgrade(connection, name, place)]
    finally:
        engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.execute(text("select set_config('lock_timeout', :wait, true)"), {"wait": STARTERS_WAIT})
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        connection.execute(text("create schema if not exists chassis"))
    try:
        yield
    finally:
        if not connection.in_transaction():
            with connection.begin():
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})


def _script(place: Path) -> ScriptDirectory:
    return ScriptDirectory(str(place))


def _options(name: str) -> dict[str, Any]:
    return {"version_table": f"{name}_version", "version_table_schema": SCHEMA}


def _refuse_newer(connection: Connection, name: str, place: Path) -> None:
    known = {revision.revision for revision in _script(place).walk_revisions()}
    with connection.begin():
        present = MigrationContext.configure(connection, opts=_options(name)).get_current_heads()
    if strange := sorted(set(present) - known):
        raise NewerDatabase(
            f"the database is at revision {', '.join(strange)} of {name}, which this version does not know: "
            "start the newer version again, or restore the copy made before it was installed"
        )


def _upgrade(connection: Connection, name: str, place: Path) -> list[str]:
    script = _script(place)
    done: list[str] = []

    def steps(revision: Any, _context: MigrationContext) -> Any:
        found = script._upgrade_revs("head", revision)
        done.extend(str(step.revision.revision) for step in found)
        return found

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            **_options(name),
        )
        with environment.begin_transaction():
            environment.run_migrations()
    # Where nothing was to be done alembic's look at the version has begun a transaction. Left open, the next plan would take it for
    # the caller's and never commit its own.
    if not done:
        connection.rollback()
    return done
