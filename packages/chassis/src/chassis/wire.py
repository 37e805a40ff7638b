"""Statements as they go over the wire, to be asked again without being written down again.

Of a short statement's processor time psycopg takes three quarters to find out once more what it found out before: where the parameters
stand, of what type they are, how they are written. A `Statement` holds that, and asks through libpq.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

PLACE = re.compile(r"%%|%\(([^)]+)\)s")
# A connection keeps so many statements prepared; what comes after them is parsed each time.
MOST_PREPARED = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its values, written for PostgreSQL.

    Attributes:
        command: the text, with `$1` where the first value belongs.
        types: numbers of the values' types; 0 for one PostgreSQL chooses.
        values: written, in their order.
        formats: whether each is text (0) or binary (1).
    """

    command: bytes
    types: Sequence[int]
    values: Sequence[Buffer | None]
    formats: Sequence[int]

    @classmethod
    def of(cls, text: str, values: Mapping[str, Any], context: AdaptContext) -> "Statement":
        """Write a statement down as psycopg would, with the adapters of a connection.

        Args:
            text: with `%(name)s` for values, as SQLAlchemy compiles for psycopg.
            values: by name.
            context: the connection it was asked on.
        """
        command, names = numbered(text)
        writer = Transformer.from_context(context)
        written = writer.dump_sequence([values[name] for name in names], [PyFormat.AUTO] * len(names))
        return cls(command, writer.types or (), written, writer.formats or ())

    def ask(self, connection: PGconn, prepared: MutableMapping[Any, bytes]) -> PGresult:
        """Ask, on a connection of libpq.

        Args:
            connection: that is asked.
            prepared: what was prepared on it, by text and types; grows.

        Raises:
            psycopg.Error: PostgreSQL refuses, or cannot be reached.
        """
        key = self.command, self.types
        name = prepared.get(key)
        if name is None and len(prepared) < MOST_PREPARED:
            name = b"asked_%d" % len(prepared)
            good(connection.prepare(name, self.command, self.types))
            prepared[key] = name
        if name is None:
            return good(connection.exec_params(self.command, self.values, self.types, self.formats))
        # A NULL among the values is missing in its annotation only.
        return good(connection.exec_prepared(name, self.values, self.formats))  # type: ignore[arg-type]


def good(result: PGresult) -> PGresult:
    """Give what PostgreSQL said, if it did what it was asked.

    Raises:
        psycopg.Error: it did not, of the class its number asks for; `OperationalError` if it was libpq that gave up.
    """
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        if result.error_field(DiagnosticField.SQLSTATE) is None:
            raise psycopg.OperationalError(result.get_error_message())
        raise error_from_result(result)
    return result


@lru_cache(1024)
def numbered(text: str) -> tuple[bytes, Sequence[str]]:
    """Put numbers in place of the names of parameters, and give the names in the order of their numbers."""
    numbers: dict[str, int] = {}

    def put(place: re.Match[str]) -> str:
        name = place[1]
        return "%" if name is None else f"${numbers.setdefault(name, len(numbers) + 1)}"

    return PLACE.sub(put, text).encode(), tuple(numbers)


def read(result: PGresult) -> Iterable[bytes | None]:
    """Give every value of a result, row by row."""
    columns = range(result.nfields)
    return [result.get_value(row, column) for row in range(result.ntuples) for column in columns]
