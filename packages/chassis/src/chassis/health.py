"""Is the process alive, and can it work? A service is ready when its own database answers; peers do not count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

Answer = tuple[dict[str, Any], int]


def live() -> Answer:
    """Answer that the process runs."""
    return {"status": "ok"}, 200


def ready(engine: Engine, troubles: Sequence[str] = ()) -> Answer:
    """Answer whether the service can work: 200 with what is wrong but stops nobody, or 503 with what is missing."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return {"status": "unavailable", "missing": ["database"]}, 503
    return {"status": "ok"} | ({"troubles": list(troubles)} if troubles else {}), 200
