"""Wait until a house is quiet: nothing staged, every cursor at its head, and nothing has moved for three looks."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import make_engine, unit_of_work
from chassis.events import CURSOR, HEAD, STAGING

LOOKS = 3
BEAT = 0.5
LIMIT = 60.0
State = dict[str, Any]


def wait(urls: Mapping[str, str], *, limit: float = LIMIT) -> str | None:
    """Wait for quiet.

    Args:
        urls: databases by service.
        limit: seconds to wait at most.

    Returns:
        What still moves when the time is over; None when the house is quiet.
    """
    with ExitStack() as stack:
        engines = {name: make_engine(url, pool_size=1) for name, url in urls.items()}
        for engine in engines.values():
            stack.callback(engine.dispose)
        return _wait(engines, clock.monotonic() + limit)


def _wait(engines: Mapping[str, Engine], deadline: float) -> str | None:
    before: State | None = None
    looks = 0
    while True:
        state = _look(engines)
        open_ends = unsettled(state)
        looks = looks + 1 if state == before and not open_ends else 0
        if looks >= LOOKS:
            return None
        if clock.monotonic() > deadline:
            return "; ".join(open_ends) or "events keep coming"
        before = state
        time.sleep(BEAT)


def _look(engines: Mapping[str, Engine]) -> State:
    state: State = {}
    for name, engine in engines.items():
        with unit_of_work(engine) as session:
            state[name] = _read(session)
    return state


def _read(session: Session) -> Any:
    staged = session.scalar(select(func.count()).select_from(STAGING))
    heads = {row.feed: row.head for row in session.execute(select(HEAD.c.feed, HEAD.c.head))}
    cursors = {row.feed: row.last for row in session.execute(select(CURSOR.c.feed, CURSOR.c.last))}
    return staged, heads, cursors


def unsettled(state: State) -> list[str]:
    """Name what is not where it should come to: staged events, and cursors before their heads."""
    heads = {feed: head for _staged, own, _cursors in state.values() for feed, head in own.items()}
    found = [f"{name}: {staged} events staged" for name, (staged, _h, _c) in state.items() if staged]
    found += [
        f"{name}: {feed} at {last} of {heads[feed]}"
        for name, (_staged, _own, cursors) in state.items()
        for feed, last in cursors.items()
        if feed in heads and last < heads[feed]
    ]
    return found
