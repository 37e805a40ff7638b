"""Databases for tests: one server per run, one migrated template per service, one clone per test."""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from chassis import contracts
from chassis.db import close_session, make_engine, open_session
from chassis.migrate import migrate
from chassis.postgres import FOR_TESTS, Cluster, create_database


class Databases:
    """A server on which databases come and go. Their names carry the run, so that runs can share a server."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = make_url(admin_url).set(drivername="postgresql+psycopg")
        plain = self.admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg.connect(plain, autocommit=True)
        self.run = secrets.token_hex(4)
        self.templates: dict[str, str] = {}
        self.count = 0

    def url(self, name: str) -> str:
        """Build the address of a database on this server."""
        return self.admin_url.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str | None = None) -> str:
        """Create a database, empty or as the clone of another, and answer its name."""
        self.count += 1
        name = f"t_{self.run}_{self.count}"
        create_database(self.connection, name, template=template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, with whoever is still connected to it."""
        self.connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def template(self, service: Any) -> str:
        """Answer the migrated template of a service (None: the chassis alone), made at the first call."""
        # By folder: a test may build a small service of its own under a name that another has, too.
        key = str(service.root) if service else "chassis"
        if key not in self.templates:
            name = self.create()
            place = service.root.parents[1] / "migrations" if service else None
            migrate(self.url(name), migrations=place)
            self.templates[key] = name
        return self.templates[key]

    def close(self) -> None:
        """Drop the templates and go."""
        for name in self.templates.values():
            self.drop(name)
        self.connection.close()


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def service() -> Any:
    """Answer the service under test; a service's conftest overrides it. None is the chassis alone."""
    return None


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """Answer the superuser's address of a PostgreSQL: `TEST_DATABASE_URL`, or our own for this run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    place = Path(tempfile.mkdtemp(prefix="shanyraq-test-"))
    server = Cluster(place / "pg", free_port(), options=FOR_TESTS)
    try:
        server.start()
        yield server.admin_url()
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(cluster: str) -> Iterator[Databases]:
    """Give a handle that makes and drops databases."""
    handle = Databases(cluster)
    yield handle
    handle.close()


@pytest.fixture
def database(databases: Databases, service: Any) -> Iterator[str]:
    """Give the address of a fresh, migrated database; what a service records is held against the contracts."""
    name = databases.create(databases.template(service))
    contracts.activate(contracts.ROOT if service else None)
    yield databases.url(name)
    contracts.activate(None)
    databases.drop(name)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """Give an engine over the fresh database."""
    made = make_engine(database, application_name="test")
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Give a unit of work that is rolled back."""
    opened = open_session(engine)
    yield opened
    close_session(opened, keep=False)
