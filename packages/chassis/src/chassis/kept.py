"""Answers kept for as long as what they rest on stands: whoever asks again gets the same bytes.

A view that reads gives a `Kept` instead of its answer. What it has asked the database until then is written down, with what it was
told; when the same person asks for the same once more, those questions are asked again (`chassis.repeats`), and only if all of
them are answered as before are the bytes the same. What is saved is everything else.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from psycopg.pq.abc import PGresult

from chassis import clock
from chassis.metrics import REQUESTS
from chassis.permissions import Grant
from chassis.wire import Statement, read

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.snapshots import Snapshot

MOST_BYTES = 8 << 20
# Words of questions that are answered anew each time though nobody has written anything.
RESTLESS = re.compile(
    rb"\b(now|current_\w+|localtime\w*|\w+_timestamp|timeofday|age|random\w*|gen_random\w+|uuidv[47]|nextval|currval|pg_\w+)\b",
    re.IGNORECASE,
)
# Of a request an answer may depend on nothing else, beside its day: the gateway makes the sign-in of the cookie an `Authorization`.
HEARD = (
    *("PATH_INFO", "QUERY_STRING", "HTTP_AUTHORIZATION", "HTTP_X_AUTH_GRACE", "HTTP_COOKIE"),
    *("HTTP_ACCEPT_LANGUAGE", "HTTP_ACTING_PERSON"),
)
Check = Callable[[], bool]


@dataclass(frozen=True)
class Kept:
    """An answer of a view that reads, and how long it may be given again.

    Attributes:
        make: makes the answer, as a view would; what it asks the database itself must follow from what the view has asked before.
        until: when the answer grows old though nothing was changed; it always does at the end of the academy's day.
    """

    make: Callable[[], Any]
    until: datetime | None = None


def for_a_minute(make: Callable[[], Any]) -> Kept:
    """Keep an answer that shows the time, or tells how old something is, until the minute is over."""
    return Kept(make, until=clock.minute() + timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Ground:
    """What was asked of the database, and the digest of what it said."""

    statement: Statement
    told: bytes


@dataclass
class Grounds:
    """What the answer that is being made rests on.

    Attributes:
        asked: statements with their values, who asked them (a cursor, or `driver.Told`), and what the database said.
        things: tell whether what the process holds in memory is still what was used.
        apart: nothing is written down now.
    """

    asked: list[tuple[str, Any, Any, PGresult]] = field(default_factory=list)
    things: list[Check] = field(default_factory=list)
    apart: bool = False


_grounds: ContextVar[Grounds | None] = ContextVar("grounds", default=None)


@contextmanager
def noting() -> Iterator[None]:
    """Write down what an answer rests on."""
    token = _grounds.set(Grounds())
    try:
        yield
    finally:
        _grounds.reset(token)


def apart() -> AbstractContextManager[None]:
    """Ask the database for something no answer rests on directly: whoever keeps it tells so by `rests_on`."""
    return _turned(apart=True)


def noted() -> AbstractContextManager[None]:
    """Ask the database for something an answer rests on, also while it is being made."""
    return _turned(apart=False)


@contextmanager
def _turned(*, apart: bool) -> Iterator[None]:
    grounds = _grounds.get()
    if grounds is None:
        yield
        return
    was, grounds.apart = grounds.apart, apart
    try:
        yield
    finally:
        grounds.apart = was


def rests_on(still: Check) -> None:
    """Tell that the answer rests on something this process holds; `still` tells later whether it holds it yet."""
    if grounds := _grounds.get():
        grounds.things.append(still)


def note_question(
    _connection: Any, cursor: Any, statement: str, values: Any, _context: Any, _many: bool
) -> None:
    """Write down a statement that was executed, as SQLAlchemy's `after_cursor_execute` tells it."""
    grounds = _grounds.get()
    if grounds is not None and not grounds.apart and cursor.pgresult is not None:
        grounds.asked.append((statement, values, cursor, cursor.pgresult))


def digest(result: PGresult) -> bytes:
    """Make the digest of what the database said: every value, in its order."""
    values = read(result)
    lengths = [-1 if value is None else len(value) for value in values]
    made = blake2b(repr(lengths).encode(), digest_size=16)
    made.update(b"".join(value or b"" for value in values))
    return made.digest()


@dataclass(slots=True)
class Answer:
    """An answer that was given, in pieces, cut where a form has its tokens: those are others each time.

    Attributes:
        by_rows: the database will say the same for as long as no transaction ends.
        stood: in which snapshot it was last found to stand (`chassis.snapshots`).
    """

    pieces: Sequence[bytes]
    content_type: str
    rights: Mapping[str, Sequence[Grant]]
    day: date
    until: datetime | None
    things: Sequence[Check]
    grounds: Sequence[Ground]
    by_rows: bool
    observe: Callable[[float], None]
    stood: "Snapshot | None" = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(map(len, self.pieces)) + sum(len(ground.statement.command) for ground in self.grounds)


class Shelf:
    """The kept answers of a process; the longest unused are given up first.

    Attributes:
        csrf_place: stands for a token against forged forms while an answer is made to be kept.
        key_place: stands for the idempotency key of a form.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.csrf_place, self.key_place = secrets.token_hex(32), secrets.token_hex(32)
        self._places = re.compile(f"({self.csrf_place}|{self.key_place})".encode())
        self._answers: LRUCache[Hashable, Answer] = LRUCache(most_bytes, getsizeof=lambda answer: answer.size)
        self._lock = Lock()

    def find(self, environ: Mapping[str, Any]) -> Answer | None:
        """Find what was answered to such a request, true or not by now."""
        with self._lock:
            return self._answers.get(heard(environ))

    def drop(self, environ: Mapping[str, Any], answer: Answer) -> None:
        """Drop an answer that does not stand any more, so that nobody asks for it again; a newer one stays."""
        key = heard(environ)
        with self._lock:
            if self._answers.get(key) is answer:
                del self._answers[key]

    def kept(self) -> Sequence[Answer]:
        """Give all kept answers."""
        with self._lock:
            return tuple(self._answers.values())

    def body(self, ctx: "Context", kept: Kept, write: Callable[[Any], bytes], content_type: str) -> bytes:
        """Make the bytes of an answer, and keep them.

        Args:
            ctx: of the request.
            kept: the answer.
            write: makes the bytes of what a view answers.
            content_type: of the answer.
        """
        grounds = _grounds.get()
        # What is said on the next page is said once; programs and strangers have other ways not to ask twice.
        if grounds is None or ctx.has_flashes or ctx.identity.kind != "person":
            return write(kept.make())
        with apart(), ctx.leaving_places():
            pieces = self._places.split(write(kept.make()))
        asked = tuple(Ground(Statement.of(*sent), digest(told)) for *sent, told in grounds.asked)
        answer = Answer(
            pieces=pieces,
            content_type=content_type,
            rights=ctx.rights,
            day=clock.today(),
            until=kept.until,
            things=grounds.things,
            grounds=asked,
            by_rows=not any(RESTLESS.search(ground.statement.command) for ground in asked),
            observe=REQUESTS.labels(ctx.endpoint, "2xx").observe,
        )
        if answer.size <= self._answers.maxsize:
            with self._lock:
                self._answers[heard(ctx.request.environ)] = answer
        return self.join(pieces, ctx.csrf_token, ctx.form_key)

    def join(self, pieces: Sequence[bytes], csrf: Callable[[], str], key: Callable[[], str]) -> bytes:
        """Put an answer together, with tokens of its own."""
        if len(pieces) == 1:
            return pieces[0]
        tokens = {self.csrf_place.encode(): csrf, self.key_place.encode(): key}
        return b"".join(tokens[piece]().encode() if piece in tokens else piece for piece in pieces)


def heard(environ: Mapping[str, Any]) -> Hashable:
    """Make the key of an answer: all of a request it may depend on."""
    return tuple(map(environ.get, HEARD))
