"""Connections of the driver that do not forget what they have prepared because a unit of work was given up."""

from typing import Any

import psycopg
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus
from sqlalchemy import Engine, event


class Connection(psycopg.Connection[Any]):
    """A connection whose prepared statements outlive a rollback, as they do in PostgreSQL.

    After every rollback psycopg has the database drop them all, for the case that tables were made in the transaction that is gone;
    then each statement has to be asked several times, planned anew each time, before it is prepared again. Every refused request
    rolls back, and no request makes tables; whoever does and gives it up must not ask the same of another table by that name.
    """

    def rollback(self) -> None:
        """Roll back; a transaction in which something failed, or one in a pipeline, is left to psycopg.

        Raises:
            psycopg.Error: the connection is lost.
        """
        with self.lock:
            healthy = self.pgconn.transaction_status == TransactionStatus.INTRANS
            if healthy and self.pgconn.pipeline_status == PipelineStatus.OFF:
                result = self.pgconn.exec_(b"ROLLBACK")
                if result.status != ExecStatus.COMMAND_OK:
                    raise psycopg.OperationalError(result.get_error_message())
                return
        super().rollback()


def connect_with(engine: Engine) -> None:
    """Let an engine make its connections so."""
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: Any, _record: Any, words: Any, names: Any) -> Connection:
    return Connection.connect(*words, **names)
