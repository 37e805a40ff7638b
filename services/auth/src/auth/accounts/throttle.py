"""Slow guessing down, per login and per address, in the database, so that every process counts the same failures.

The login stands for whatever was typed, whether there is such an account or not: waiting tells a stranger nothing.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts import rules
from auth.accounts.model import Failure
from chassis.i18n import ngettext

_FAILURE: Any = Failure.__table__
COUNTED = select(_FAILURE.c.kind, _FAILURE.c.failures, _FAILURE.c.last_at).where(
    or_(
        and_(_FAILURE.c.kind == "address", _FAILURE.c.key == bindparam("address")),
        and_(_FAILURE.c.kind == "login", _FAILURE.c.key == bindparam("login")),
    ),
    _FAILURE.c.last_at > bindparam("since"),
)
FORGIVEN = (
    delete(_FAILURE)
    .where(_FAILURE.c.kind == "login", _FAILURE.c.key == bindparam("login"))
    .returning(_FAILURE.c.failures)
)


def wait(session: Session, *, login: str, address: str, now: datetime) -> timedelta:
    """Answer how long the next try of this login from this address has to wait."""
    values = {"login": _digest(login), "address": _digest(address), "since": now - rules.FORGET_AFTER}
    waits: list[timedelta] = [
        last_at + rules.wait_after(kind, failures) - now
        for kind, failures, last_at in session.execute(COUNTED, values)
    ]
    return max([timedelta(), *waits])


def words(waiting: timedelta) -> str:
    """Say in how many minutes the next try may come."""
    minutes = -(-int(waiting.total_seconds()) // 60) or 1
    return ngettext(
        "Too many tries. Please try again in %(n)s minute.",
        "Too many tries. Please try again in %(n)s minutes.",
        minutes,
    )


def count(session: Session, *, login: str, address: str, now: datetime) -> None:
    """Count one failure; one atomic statement per counter, an hour of quiet forgets it."""
    for kind, key in _keys(login, address):
        statement = insert(Failure).values(kind=kind, key=key, failures=1, last_at=now)
        counted = case((Failure.last_at < now - rules.FORGET_AFTER, 1), else_=Failure.failures + 1)
        again = {"failures": counted, "last_at": now}
        session.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=again))


def forgive(session: Session, *, login: str, address: str) -> None:
    """Forget the failures of a login after it signed in, and as many of the address it signed in from.

    So a class room that mistypes and then signs in leaves nothing behind, and who only sprays passwords pays for every one.
    """
    if forgiven := session.scalar(FORGIVEN, {"login": _digest(login)}):
        here = update(Failure).where(Failure.kind == "address", Failure.key == _digest(address))
        session.execute(here.values(failures=func.greatest(Failure.failures - forgiven, 0)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop counters that no longer matter."""
    session.execute(delete(Failure).where(Failure.last_at < now - rules.FORGET_AFTER))


def _keys(login: str, address: str) -> list[tuple[str, bytes]]:
    return [("address", _digest(address)), ("login", _digest(login))]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
