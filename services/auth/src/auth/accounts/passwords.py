"""Hashes of passwords: argon2id, 19 MiB, two passes, never more than a few at once.

A class signing in at eight o'clock costs a known amount of memory and leaves processors for the others.
"""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.i18n import gettext as _
from chassis.problems import Unavailable

AT_ONCE = 4
WAIT_SECONDS = 8
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_room = threading.BoundedSemaphore(AT_ONCE)


class Busy(Unavailable):
    """Too many people sign in at this moment; the next try will do."""

    code = "auth.busy"


class _Turn:
    """A turn at the hasher, waited for a few seconds at most."""

    def __enter__(self) -> None:
        if not _room.acquire(timeout=WAIT_SECONDS):
            raise Busy(_("Very many people are signing in right now. Please try again in a few seconds."))

    def __exit__(self, *_error: object) -> None:
        _room.release()


def hash_password(password: str) -> str:
    """Hash a password."""
    with _Turn():
        return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Tell whether a password fits; without a stored hash it takes the same time and says no."""
    with _Turn():
        try:
            fits = _hasher.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with parameters we no longer use."""
    return _hasher.check_needs_rehash(stored)


def invent() -> str:
    """Invent a first password that can be read from paper: three groups of four, no look-alike characters (59 bits)."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _group in range(3))


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
