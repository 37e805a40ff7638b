"""Connections of the driver that are asked without a cursor, and do not forget what they have prepared because work was given up.

A cursor of psycopg's costs a short statement as much of the process as all else: it finds out again what the parameters are, waits for
the socket in Python, and sees anew what came back. `Connection.ask` leaves the waiting to libpq, and finds out once.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import psycopg
from psycopg import abc
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq import PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Engine, event

from chassis.wire import Statement, good


class Connection(psycopg.Connection[Any]):
    """A connection whose prepared statements outlive a rollback, as they do in PostgreSQL.

    After every rollback psycopg has the database drop them all, for the case that tables were made in the transaction that is gone;
    then each statement has to be asked several times, planned anew each time, before it is prepared again. Every refused request
    rolls back, and no request makes tables; whoever does and gives it up must not ask the same of another table by that name.

    Attributes:
        prepared: the names of what was prepared on it beside psycopg's own, by text and types.
    """

    prepared: dict[Any, bytes]

    def __init__(self, *words: Any, **names: Any) -> None:
        super().__init__(*words, **names)
        self.prepared = {}

    @cached_property
    def adapter(self) -> abc.Transformer:
        """How values are written and read here."""
        return Transformer(self)

    def ask(self, text: str, values: Mapping[str, Any]) -> PGresult:
        """Ask, in the transaction, which begins when there is none; where each statement stands for itself, without one.

        Args:
            text: with `%(name)s` for values.
            values: by name.

        Raises:
            psycopg.Error: PostgreSQL refuses, or the connection is lost.
        """
        with self.lock:
            statement = Statement.of(text, values, self.adapter)
            if not self.autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE:
                good(self.pgconn.exec_(b"BEGIN"))
            return statement.ask(self.pgconn, self.prepared)

    def rollback(self) -> None:
        """Roll back; a transaction in which something failed, or one in a pipeline, is left to psycopg.

        Raises:
            psycopg.Error: the connection is lost.
        """
        with self.lock:
            status = self.pgconn.transaction_status
            if status == TransactionStatus.INTRANS and self.pgconn.pipeline_status == PipelineStatus.OFF:
                good(self.pgconn.exec_(b"ROLLBACK"))
                return
        super().rollback()
        if status == TransactionStatus.INERROR and self.prepared:
            self._forget()

    def _deallocate(self, name: bytes | None) -> abc.PQGen[None]:
        """Drop a statement psycopg has prepared; all there are without a name, as it does after ROLLBACK TO, DROP and ALTER."""
        if name is None:
            self.prepared.clear()
        yield from super()._deallocate(name)

    def _forget(self) -> None:
        """Drop what was prepared: what failed may have failed because its plan no longer fits the tables."""
        with self.lock:
            self.prepared.clear()
            good(self.pgconn.exec_(b"DEALLOCATE ALL"))


class Told:
    """What a connection says to a statement; whoever listens to statements takes it for the cursor.

    Attributes:
        connection: that is asked.
        pgresult: what it said; nothing yet before.
    """

    __slots__ = ("connection", "pgresult")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pgresult: PGresult | None = None

    @property
    def adapters(self) -> AdaptersMap:
        """How values are written and read."""
        return self.connection.adapters

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        said = self._said
        return [(said.fname(number) or b"").decode() for number in range(said.nfields)]

    @property
    def touched(self) -> int:
        """How many rows were touched."""
        return self._said.command_tuples or 0

    def rows(self, make: Callable[[Sequence[Any]], Any]) -> list[Any]:
        """Read the rows, each as it is made of its values."""
        adapter = self.connection.adapter
        adapter.set_pgresult(self._said)
        rows: list[Any] = adapter.load_rows(0, self._said.ntuples, make)
        return rows

    @property
    def _said(self) -> PGresult:
        if self.pgresult is None:
            raise LookupError("nothing was said yet")
        return self.pgresult


def connect_with(engine: Engine) -> None:
    """Let an engine make its connections so."""
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: Any, _record: Any, words: Any, names: Any) -> Connection:
    return Connection.connect(*words, **names)
