"""The database of a service: declarative base, column types, engine and the unit of work.

This is the one module that commits. A request, an event handler and a job are each one unit of work.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Protocol, TypeAlias
from uuid import UUID

import orjson
import uuid_utils
from psycopg.pq.abc import PGconn
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Row,
    Table,
    Uuid,
    and_,
    column,
    create_engine,
    event,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Session, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from chassis import clock, driver
from chassis.problems import Conflict


def check_name(constraint: CheckConstraint, table: Table) -> str:
    """Name a CHECK `ck_<table>_<its own name>`; a nameless one is named after its condition."""
    given = str(constraint.name or sha256(str(constraint.sqltext).encode()).hexdigest()[:8])
    return given if given.startswith("ck_") else f"ck_{table.name}_{given}"


NAMING: dict[str, Any] = {
    "check_constraint_name": check_name,
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(check_constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
RESTED_SECONDS = 0.1
LANGUAGES = ("kk", "ru", "en")
REQUIRED_LANGUAGES = ("kk", "ru")

# A row of a Core select whose columns the reader knows by name.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def new_id() -> UUID:
    """Make an identifier that grows with time (UUIDv7), so that an index is filled at its end."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


class Localized(TypeDecorator[dict[str, str]]):
    """A text in languages, JSONB `{"kk": …, "ru": …, "en"?: …}`; `localized_check` demands kk and ru."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, _dialect: Any) -> dict[str, str] | None:
        """Refuse languages nobody here reads."""
        if value is not None and not set(value) <= set(LANGUAGES):
            raise ValueError(f"a localized text knows {', '.join(LANGUAGES)}, not {', '.join(sorted(value))}")
        return value


def localized_check(name: str) -> CheckConstraint:
    """Make the CHECK that a column of type `Localized` has kk and ru; an SQL NULL passes."""
    text = column(name, JSONB)
    condition: ColumnElement[bool] = and_(
        *(func.coalesce(func.btrim(text[language].astext), "") != "" for language in REQUIRED_LANGUAGES)
    )
    return CheckConstraint(text.is_(None) | condition, name=f"{name}_localized")


class Base(DeclarativeBase):
    """Base of every mapped class; constraints get predictable names."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB,
        dict[str, str]: Localized,
    }


ROW_LOCK = {"key_share": True}
"""How a row is locked that is about to change (`session.get(..., with_for_update=ROW_LOCK)`): its key stays, so rows that only refer to it
may be added meanwhile. A plain FOR UPDATE would hold up every one of them, and be held up by them."""


def uuid_pk() -> MappedColumn[UUID]:
    """Make the usual primary key column, for `id: Mapped[UUID]`."""
    return mapped_column(Uuid(), primary_key=True, default=new_id)


class Versioned:
    """Rows people compete for. SQLAlchemy raises the version with each UPDATE and refuses a stale one."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Let the mapper put the version into every WHERE."""
        return {"version_id_col": cls.version}


class HasVersion(Protocol):
    """Anything with a version."""

    version: Any


def check_version(row: HasVersion, expected: int) -> None:
    """Refuse a change made on the ground of a version that is no longer the present one.

    Raises:
        Conflict: `extra` has `expected_version` and `current_version`.
    """
    if row.version != expected:
        raise Conflict(extra={"expected_version": expected, "current_version": row.version})


def make_engine(
    url: str,
    *,
    application_name: str = "shanyraq",
    pool_size: int = 8,
    statement_timeout: int = 15_000,
    lock_timeout: int = 5_000,
    reads_only: bool = False,
) -> Engine:
    """Make an engine with a pool, limits on every statement (milliseconds) and errors without parameter values.

    With `reads_only` each statement stands for itself, without BEGIN and COMMIT (two of the three round trips of a short
    read), and PostgreSQL refuses whatever would write.
    """
    limits = {
        "statement_timeout": statement_timeout,
        "lock_timeout": lock_timeout,
        "idle_in_transaction_session_timeout": 60_000,
        "timezone": "UTC",
    } | ({"default_transaction_read_only": "on"} if reads_only else {})
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        isolation_level="AUTOCOMMIT" if reads_only else "READ COMMITTED",
        skip_autocommit_rollback=True,
        connect_args={
            "application_name": application_name,
            "connect_timeout": 5,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )
    driver.connect_with(engine)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_ask_after_rest, engine))
    return engine


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = clock.monotonic()


def _ask_after_rest(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Ask a connection that has rested whether it still lives; under load none rests, and none is asked."""
    since = record.info.get("rests_since")
    if since is None or clock.monotonic() - since < RESTED_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except Exception as error:
        raise InvalidatePoolError from error


class AtHand:
    """A few connections of a pool that stay taken, for what is asked all the time: to take one of them costs next to nothing.

    Attributes:
        era: another object whenever a connection is new here. A database that crashed has ended them all, so what was seen of its
            transactions before counts in no later era.
    """

    MOST = 3

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.era = object()
        self._resting: deque[PoolProxiedConnection] = deque()

    @contextmanager
    def connection(self) -> Iterator[tuple[PGconn, dict[Any, bytes]]]:
        """Give a connection of libpq, and what was prepared on it; one that fails is given up.

        Raises:
            SQLAlchemyError: no connection is to be had.
            psycopg.Error: whatever the database answers.
        """
        try:
            connection = self._resting.pop()
        except IndexError:
            connection = self._engine.raw_connection()
        made: Any = connection.driver_connection
        if "at_hand" not in connection.info:
            connection.info["at_hand"] = True
            self.era = object()
        try:
            yield made.pgconn, made.prepared
        except BaseException as error:
            connection.invalidate(error)
            connection.close()
            raise
        if len(self._resting) < self.MOST:
            self._resting.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Give the connections back."""
        while self._resting:
            self._resting.pop().close()


def open_session(engine: Engine) -> Session:
    """Open a session for a unit of work; whoever opens it ends it with `close_session`."""
    return Session(engine, expire_on_commit=False)


def close_session(session: Session, *, keep: bool) -> None:
    """End a unit of work: commit what was done when it is to be kept, else roll it back; then close."""
    try:
        if keep:
            session.commit()
    finally:
        session.close()


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Run one unit of work: commit at the end, nothing at all when an exception leaves the block."""
    session = open_session(engine)
    try:
        yield session
    except BaseException:
        close_session(session, keep=False)
        raise
    close_session(session, keep=True)
