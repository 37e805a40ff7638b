"""Statements of hot ways: compiled once, then asked through libpq, in the unit of work like any other.

Of the processor time of a short statement SQLAlchemy takes as much as psycopg and the network together: finding the compiled
form again, an execution context, a cursor result with its metadata. A `Question` does that once, when it is first needed. It
is for the few statements every request of a hot way asks; whatever is asked once in a while stays with `session.execute`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Connection, Executable, create_engine
from sqlalchemy.engine import result_tuple
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from chassis.db import AnyRow
from chassis.driver import Told

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
        self._row: Callable[[Sequence[Any]], AnyRow] | None = None

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
        told = self._ask(session, values)
        if self._row is None:
            self._row = result_tuple(told.names)
        return told.rows(self._row)

    def first(self, session: Session, values: Values) -> AnyRow | None:
        """Ask, and give the one row there can be, or nothing."""
        return next(iter(self.all(session, values)), None)

    def act(self, session: Session, values: Values) -> int:
        """Let a statement that gives no rows act, and tell how many rows it touched."""
        return self._ask(session, values).touched

    def _ask(self, session: Session, values: Values) -> Told:
        text, kept = self._compiled
        connection = session.connection()
        made: Any = connection.connection.dbapi_connection
        told = Told(made)
        asked = {**kept, **values} if kept else values
        for hear in connection.dispatch.before_cursor_execute:
            hear(connection, told, text, asked, None, False)
        try:
            told.pgresult = made.ask(text, asked)
        except psycopg.Error as error:
            raise _as_sqlalchemy(connection, error, text) from error
        for hear in connection.dispatch.after_cursor_execute:
            hear(connection, told, text, asked, None, False)
        return told


def _as_sqlalchemy(connection: Connection, error: psycopg.Error, text: str) -> BaseException:
    """Wrap an error of the driver as SQLAlchemy does, without the values.

    Raises:
        sqlalchemy.exc.OperationalError: the connection is lost. SQLAlchemy finds it out by itself, and empties the pool.
    """
    made: Any = connection.connection.driver_connection
    if made.closed:
        connection.exec_driver_sql("SELECT 1")
    return DBAPIError.instance(text, None, error, psycopg.Error, hide_parameters=True)
