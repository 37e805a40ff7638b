"""Is the process alive, and can it work? Its own database must answer and be as new as the program; peers do not count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from chassis.plan import Plan

Answer = tuple[dict[str, Any], int]


def live() -> Answer:
    """Answer that the process runs."""
    return {"status": "ok"}, 200


def ready(engine: Engine, troubles: Sequence[str] = (), plan: Plan | None = None) -> Answer:
    """Answer whether the service can work: 200 with what is wrong but stops nobody, or 503 with what is missing."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        if plan is not None and (lacking := plan.lacking(engine)):
            return {"status": "unavailable", "missing": ["migrations", *lacking]}, 503
    except SQLAlchemyError:
        return {"status": "unavailable", "missing": ["database"]}, 503
    return {"status": "ok"} | ({"troubles": list(troubles)} if troubles else {}), 200
