"""Things every request asks for and that change once in a while: read once a minute by each process."""

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from chassis import clock
from chassis.kept import apart, rests_on

Thing = TypeVar("Thing")
KEPT_SECONDS = 60.0


class Kept(Generic[Thing]):
    """Something read from a database, kept for a minute for each of them."""

    def __init__(self, read: Callable[[Session], Thing]) -> None:
        self._read = read
        self._kept: dict[str, tuple[float, Thing]] = {}

    def get(self, session: Session) -> Thing:
        """Give the thing, at most a minute old."""
        place = _place(session.get_bind().engine)
        found = self._kept.get(place)
        if found is None or not _is_fresh(found):
            return self.renew(session)
        self._note(place, found[1])
        return found[1]

    def renew(self, session: Session) -> Thing:
        """Read it anew."""
        place = _place(session.get_bind().engine)
        with apart():
            thing = self._read(session)
        was = self._kept.get(place)
        if was is not None and was[1] == thing:  # what rests on it still stands
            thing = was[1]
        self._kept[place] = clock.monotonic(), thing
        self._note(place, thing)
        return thing

    def forget(self) -> None:
        """Read it anew when it is asked for next."""
        self._kept.clear()

    def _note(self, place: str, thing: Thing) -> None:
        """Tell that an answer rests on the thing for as long as it is the kept one."""

        def still() -> bool:
            found = self._kept.get(place)
            return found is not None and found[1] is thing and _is_fresh(found)

        rests_on(still)


def _is_fresh(found: tuple[float, object]) -> bool:
    return clock.monotonic() - found[0] <= KEPT_SECONDS


@lru_cache(16)
def _place(engine: Engine) -> str:
    """Name a database; writing its address out takes longer than looking into what is kept."""
    return str(engine.url)
