"""Which transactions a statement would see now, asked of the database once for all who ask meanwhile."""

from threading import Lock
from typing import TypeAlias

from chassis.db import AtHand
from chassis.wire import Statement

# Another text as soon as a transaction that wrote has ended, in any database of the server, and never again what it was.
CURRENT = Statement(b"SELECT pg_current_snapshot()::text", (), (), ())
PATIENCE_SECONDS = 1.0
# The era of the connections, and PostgreSQL's text of a snapshot.
Snapshot: TypeAlias = tuple[object, bytes | None]


class Snapshots:
    """Gives the snapshot of now to many threads.

    Whoever comes while one is asked for waits for the next, and takes it from whoever asked for that one: it was begun after both
    came. So however many ask, one question is under way, and no thread holds up others by its own.
    """

    def __init__(self, at_hand: AtHand) -> None:
        self._at_hand = at_hand
        self._asking = Lock()
        self._begun = self._told_by = 0
        self._told: Snapshot | None = None

    def now(self) -> Snapshot | None:
        """Give a snapshot that was taken after the call; none if the database keeps others waiting for theirs.

        Raises:
            SQLAlchemyError: no connection is to be had.
            psycopg.Error: the database does not answer.
        """
        came = self._begun
        if not self._asking.acquire(timeout=PATIENCE_SECONDS):
            return None
        try:
            if self._told_by <= came:
                self._begun += 1
                with self._at_hand.connection() as line:
                    self._told = self._at_hand.era, CURRENT.ask(*line).get_value(0, 0)
                self._told_by = self._begun
            return self._told
        finally:
            self._asking.release()
