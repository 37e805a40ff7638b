"""Things every request asks for and that change once in a while: read once a minute by each process."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from chassis import clock

Thing = TypeVar("Thing")
KEPT_SECONDS = 60.0


class Kept(Generic[Thing]):
    """Something read from a database, kept for a minute for each of them."""

    def __init__(self, read: Callable[[Session], Thing]) -> None:
        self._read = read
        self._kept: dict[str, tuple[float, Thing]] = {}

    def get(self, session: Session) -> Thing:
        """Give the thing, at most a minute old."""
        place, now = str(session.get_bind().engine.url), clock.monotonic()
        at, thing = self._kept.get(place, (0.0, None))
        if thing is None or now - at > KEPT_SECONDS:
            return self.renew(session)
        return thing

    def renew(self, session: Session) -> Thing:
        """Read it anew."""
        thing = self._read(session)
        self._kept[str(session.get_bind().engine.url)] = (clock.monotonic(), thing)
        return thing

    def forget(self) -> None:
        """Read it anew when it is asked for next."""
        self._kept.clear()
