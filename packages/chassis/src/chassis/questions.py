"""Statements of hot ways: compiled once, then asked of the driver itself, in the unit of work like any other.

Of the processor time of a short statement SQLAlchemy takes as much as psycopg and the network together: finding the compiled
form again, an execution context, a cursor result with its metadata. A `Question` does that once, when it is first needed. It
is for the few statements every request of a hot way asks; whatever is asked once in a while stays with `session.execute`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Connection, Executable, create_engine
from sqlalchemy.engine import result_tuple
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from chassis.db import AnyRow

_DIALECT = create_engine("postgresql+psycopg://").dialect
Values = Mapping[str, Any]


class Question:
    """A statement whose text never changes; only the values of its parameters do.

    Values go to the driver as they are given and come back as it reads them: UUIDs, moments, JSON read. Core statements on
    tables do not flush what the session still holds.

    Args:
        statement: of Core, or `text`; a list among its parameters is given as an array (`= ANY`), not as an `IN` that grows.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._row: Callable[[Iterable[Any]], AnyRow] | None = None

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        """The text for the driver, and the values that stand in the statement itself."""
        compiled: SQLCompiler = self._statement.compile(  # type: ignore[attr-defined]
            dialect=_DIALECT
        )
        if compiled.post_compile_params:
            raise TypeError("a list among the parameters of a question is given as an array")
        kept = {name: value for name, value in compiled.params.items() if value is not None}
        for name, value in kept.items():
            if name in compiled.binds and (
                write := compiled.binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            ):
                kept[name] = write(value)
        return str(compiled), kept

    def all(self, session: Session, values: Values) -> list[AnyRow]:
        """Ask, and give all rows.

        Raises:
            sqlalchemy.exc.DBAPIError: as any statement of the session.
        """
        cursor = self._ask(session, values)
        found = cursor.fetchall()
        if self._row is None:
            self._row = result_tuple([column.name for column in cursor.description])
        row = self._row
        return [row(one) for one in found]

    def first(self, session: Session, values: Values) -> AnyRow | None:
        """Ask, and give the one row there can be, or nothing."""
        return next(iter(self.all(session, values)), None)

    def act(self, session: Session, values: Values) -> int:
        """Let a statement that gives no rows act, and tell how many rows it touched."""
        return int(self._ask(session, values).rowcount)

    def _ask(self, session: Session, values: Values) -> Any:
        text, kept = self._compiled
        connection = session.connection()
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.cursor()
        asked = {**kept, **values} if kept else values
        for told in connection.dispatch.before_cursor_execute:
            told(connection, cursor, text, asked, None, False)
        try:
            cursor.execute(text, asked)
        except psycopg.Error as error:
            raise _as_sqlalchemy(connection, error, text) from error
        for told in connection.dispatch.after_cursor_execute:
            told(connection, cursor, text, asked, None, False)
        return cursor


def _as_sqlalchemy(connection: Connection, error: psycopg.Error, text: str) -> BaseException:
    """Wrap an error of the driver as SQLAlchemy does, without the values.

    Raises:
        sqlalchemy.exc.OperationalError: the connection is lost. SQLAlchemy finds it out by itself, and empties the pool.
    """
    driver: Any = connection.connection.driver_connection
    if driver.closed:
        connection.exec_driver_sql("SELECT 1")
    return DBAPIError.instance(text, None, error, psycopg.Error, hide_parameters=True)
