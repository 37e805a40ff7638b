"""The statements of a use case as a script for pgbench, so that L has the same SQL."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

JSON_WORD = re.compile(r'":(?=[a-z])')
"""In `"p2":null` pgbench would take `:null` for a variable of its own; with a space it is left alone, and is the same JSON."""


@contextmanager
def recorded(engine: Engine) -> Iterator[list[str]]:
    """Write down what is sent to a database, with its values filled in.

    Args:
        engine: of the database.

    Yields:
        The statements; the list grows while they are sent.
    """
    sent: list[str] = []

    def note(_connection: Any, cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        speaker = psycopg.ClientCursor(cursor.connection)
        sent.extend(speaker.mogrify(statement, one) for one in (values if many else [values]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def transaction(statements: list[str]) -> str:
    """Write statements as one transaction of a pgbench script; colons of casts and JSON stay as they are."""
    lines = [JSON_WORD.sub('": ', " ".join(statement.split()).rstrip(";")) + ";" for statement in statements]
    return "\n".join(["BEGIN;", *lines, "COMMIT;"]) + "\n"
