"""Answers kept per version: as long as nothing an answer shows has changed, the person who asks again gets the same bytes.

A view that can tell cheaply what its answer depends on gives a `Kept` instead of the answer. It still asks the database whether
the person may see the thing, and which version of it stands: what is saved is making the answer.
"""

import re
import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

if TYPE_CHECKING:
    from chassis.context import Context

MOST_BYTES = 8 << 20


@dataclass(frozen=True)
class Kept:
    """An answer of a view that reads, and how long it may be given again.

    Attributes:
        version: what the answer shows, beside what every key holds (`Context.answer_key`).
        make: makes the answer, as a view would.
    """

    version: Hashable
    make: Callable[[], Any]


class Shelf:
    """The kept answers of a process; the longest unused are given up first.

    A page is kept in pieces, cut where a form has its tokens: those are others each time a page is handed out.

    Attributes:
        csrf_place: stands for a token against forged forms while an answer is made to be kept.
        key_place: stands for the idempotency key of a form.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.csrf_place, self.key_place = secrets.token_hex(32), secrets.token_hex(32)
        self._places = re.compile(f"({self.csrf_place}|{self.key_place})".encode())
        self._answers: LRUCache[Hashable, list[bytes]] = LRUCache(most_bytes, getsizeof=_size)
        self._lock = Lock()

    def body(self, ctx: "Context", kept: Kept, write: Callable[[Any], bytes]) -> bytes:
        """Give the bytes of an answer, made only if they are not kept.

        Args:
            ctx: of the request.
            kept: the answer.
            write: makes the bytes of what a view answers.
        """
        if ctx.has_flashes:  # said once, to one person
            return write(kept.make())
        key = ctx.answer_key(kept.version)
        with self._lock:
            pieces = self._answers.get(key)
        if pieces is None:
            with ctx.leaving_places():
                pieces = self._places.split(write(kept.make()))
            if _size(pieces) <= self._answers.maxsize:
                with self._lock:
                    self._answers[key] = pieces
        if len(pieces) == 1:
            return pieces[0]
        tokens = {self.csrf_place.encode(): ctx.csrf_token, self.key_place.encode(): ctx.form_key}
        return b"".join(tokens[piece]().encode() if piece in tokens else piece for piece in pieces)


def _size(pieces: list[bytes]) -> int:
    return sum(map(len, pieces))
