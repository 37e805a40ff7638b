"""Slow guessing down, per login and per address, in the database, so that every process counts the same failures.

The login stands for whatever was typed, whether there is such an account or not: waiting tells a stranger nothing.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts import rules
from auth.accounts.model import Failure
from chassis.i18n import ngettext


def wait(session: Session, *, login: str, address: str, now: datetime) -> timedelta:
    """Answer how long the next try of this login from this address has to wait."""
    counted = select(Failure.kind, Failure.failures, Failure.last_at).where(
        tuple_(Failure.kind, Failure.key).in_(_keys(login, address)),
        Failure.last_at > now - rules.FORGET_AFTER,
    )
    waits = [
        last_at + rules.wait_after(kind, failures) - now
        for kind, failures, last_at in session.execute(counted)
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
    mine = (Failure.kind == "login", Failure.key == _digest(login))
    if forgiven := session.scalar(select(Failure.failures).where(*mine)):
        here = update(Failure).where(Failure.kind == "address", Failure.key == _digest(address))
        session.execute(here.values(failures=func.greatest(Failure.failures - forgiven, 0)))
        session.execute(delete(Failure).where(*mine))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop counters that no longer matter."""
    session.execute(delete(Failure).where(Failure.last_at < now - rules.FORGET_AFTER))


def _keys(login: str, address: str) -> list[tuple[str, bytes]]:
    return [("address", _digest(address)), ("login", _digest(login))]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
