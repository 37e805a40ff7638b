"""The ways people go: what a process was asked last, and what its successor therefore goes through before it serves.

Whoever asks first pays for what a process does once: to write its statements down in SQL, to read the words of the bar, to load what
is loaded when it is used. A service that is started again goes the last ways of the one before it, as the people who went them,
and throws the answers away; it only goes what reads, on connections that cannot write.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from werkzeug.datastructures import Headers

from chassis import clock
from chassis.identity import ANONYMOUS, Identity

if TYPE_CHECKING:
    from chassis.context import Context, State

MOST = 8
LONGEST_SECONDS = 0.25
BUDGET_SECONDS = 0.5
WRITE_SECONDS = 5.0
NUMBER = "warm-up"
"""The number of such a request, in logs and answers."""


class Way(NamedTuple):
    """One page or operation somebody asked for: the address without its query, their id (empty: nobody's), their chosen language."""

    path: str
    person: str
    language: str


class Ways:
    """The last ways through a process, one for each route; the latest last.

    Args:
        file: where the successor finds them; without one nothing is noted.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._ways: dict[str, Way] = {}
        self._new, self._written_at = False, float("-inf")
        self._lock = Lock()

    def note(self, ctx: "Context", endpoint: str, seconds: float) -> None:
        """Note a way that was gone well, if a successor could go it: it reads, soon has its answer, and belongs to no program."""
        if self._file is None or seconds > LONGEST_SECONDS or not _can_be_gone(ctx):
            return
        who = ctx.identity
        way = Way(ctx.request.path, str(who.person_id) if who.kind == "person" else "", ctx.prefs.lang)
        with self._lock:
            self._new |= self._ways.pop(endpoint, None) is None
            self._ways[endpoint] = way
            while len(self._ways) > MOST:
                del self._ways[next(iter(self._ways))]
            due = self._new and clock.monotonic() - self._written_at > WRITE_SECONDS
            if due:
                self._new, self._written_at = False, clock.monotonic()
                self._write(self._file)

    def _write(self, file: Path) -> None:
        fresh = file.with_suffix(".new")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(list(self._ways.values())), "utf-8")
            fresh.replace(file)

    def last(self) -> Sequence[Way]:
        """Give the ways of the process before this one, the latest first."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            if self._file is not None:
                return [Way(*map(str, one)) for one in json.loads(self._file.read_text("utf-8"))][::-1]
        return []


def _can_be_gone(ctx: "Context") -> bool:
    return (
        ctx.route is not None
        and ctx.request.method == "GET"
        and ctx.route.reads_only
        and ctx.identity.kind != "program"
    )


class _Known:
    """Stands for the verifier of tokens while a process goes a way itself."""

    def __init__(self, person: str) -> None:
        self._who = (
            Identity(UUID(person), sid=str(UUID(int=0)), auth_time=clock.now()) if person else ANONYMOUS
        )

    def identify(self, _headers: Headers, *, safe: bool) -> Identity:
        """Give who went this way."""
        return self._who if safe else ANONYMOUS


def go(state: "State", ways: Sequence[Way], seconds: float = BUDGET_SECONDS) -> None:
    """Go some ways, until the time for it is over. Only before a process serves: meanwhile nobody is asked for a token."""
    client: Any = state.app.test_client(use_cookies=False)
    verifier, until = state.verifier, clock.monotonic() + seconds
    try:
        for way in ways:
            if clock.monotonic() > until:
                break
            with suppress(ValueError):
                state.verifier = _Known(way.person)  # type: ignore[assignment]
                client.get(way.path, headers={"Cookie": f"prefs=lang={way.language}", "X-Request-Id": NUMBER})
    finally:
        state.verifier = verifier
