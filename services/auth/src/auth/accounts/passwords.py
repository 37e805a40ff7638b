"""Hashes of passwords: argon2id, 19 MiB, two passes, never more than a few at once.

A class signing in at eight o'clock costs a known amount of memory, leaves processors for the others, and never holds so many
threads and connections that a renewal of somebody who is signed in has to wait.
"""

import os
import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis import processor
from chassis.i18n import gettext as _
from chassis.problems import Unavailable

AT_ONCE = max(1, min(4, len(os.sched_getaffinity(0)) // 2))
"""Half of the processors: the other half is for who is signed in already."""
MAY_WAIT = 6
WAIT_SECONDS = 8
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Busy(Unavailable):
    """Too many people sign in at this moment; the next try will do."""

    code = "auth.busy"
    headers: Mapping[str, str] = {"Retry-After": "3"}

    def __init__(self) -> None:
        super().__init__(_("Very many people are signing in right now. Please try again in a few seconds."))


class Turns:
    """Turns at the hasher: a few at once, a few who wait, the rest is asked to come again.

    Args:
        at_once: how many hash.
        may_wait: how many more may stand in line; each holds a thread and a connection meanwhile.
        seconds: how long at most.
    """

    def __init__(self, *, at_once: int, may_wait: int, seconds: float) -> None:
        self._room = threading.BoundedSemaphore(at_once)
        self._line = threading.BoundedSemaphore(at_once + may_wait)
        self._seconds = seconds

    @contextmanager
    def turn(self, *, patient: bool = False) -> Iterator[None]:
        """Wait for a turn and hold it.

        Args:
            patient: wait for a place in the line too, as who prints the slips of a whole intake must.

        Raises:
            Busy: the line is full, or did not move in time.
        """
        if not self._line.acquire(timeout=self._seconds if patient else 0):
            raise Busy
        try:
            if not self._room.acquire(timeout=self._seconds):
                raise Busy
            try:
                with processor.anywhere():
                    yield
            finally:
                self._room.release()
        finally:
            self._line.release()


_turns = Turns(at_once=AT_ONCE, may_wait=MAY_WAIT, seconds=WAIT_SECONDS)


def hash_password(password: str) -> str:
    """Hash a password."""
    with _turns.turn(patient=True):
        return _hasher.hash(_composed(password))


def is_right(stored: str | None, password: str) -> bool:
    """Tell whether a password fits; without a stored hash it takes the same time and says no."""
    with _turns.turn():
        try:
            fits = _hasher.verify(stored or _NOBODY, _composed(password))
        except (VerificationError, InvalidHashError):
            return False
    return fits and stored is not None


def is_among(stored: Iterable[str | None], password: str) -> bool:
    """Tell whether a password fits one of several hashes, a turn for each."""
    return any(is_right(one, password) for one in stored if one)


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with parameters we no longer use."""
    return _hasher.check_needs_rehash(stored)


def invent() -> str:
    """Invent a first password that can be read from paper: three groups of four, no look-alike characters (59 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _group in range(3))


def invent_code() -> str:
    """Invent a code that can be read out over the telephone: two groups of four (39 bits), for minutes and for one use."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _group in range(2))


def _composed(password: str) -> str:
    """Bring a password to one form, whatever keyboard composed its letters (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password)


def _no_hash() -> str:
    """Make a hash of nothing, with our parameters: who has no password costs the same work as who has one."""
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${salt}${digest}"


_NOBODY = _no_hash()
