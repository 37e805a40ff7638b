"""The write side of events: what a service records leaves with the transaction that did the act.

Events are collected in ``session.info``; the last statement before COMMIT is one Core INSERT of all of them into
``event_staging``. Last, because by then the transaction holds every row lock it needs: two acts on one subject are staged in the
order in which they commit. (Inserted earlier, a writer that waits for a lock is overtaken: the crash suite proves that it
would be noticed.) After the commit the numberer is woken by a best-effort NOTIFY; inside the transaction a NOTIFY would
serialise all commits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, event, insert
from sqlalchemy.orm import Session, SessionTransaction

from chassis import clock, contracts
from chassis.db import new_id
from chassis.events import STAGED, STAGING

_PENDING = "chassis.outbox"
_RING = "chassis.outbox.ring"


def record(
    session: Session,
    type: str,
    *,
    feed: str,
    subject: str,
    data: Mapping[str, Any],
    subject_version: int | None = None,
    time: datetime | None = None,
) -> UUID:
    """Record an event that leaves with the commit of ``session`` and is forgotten with its rollback.

    A rollback to a savepoint forgets the events recorded since that savepoint.

    Args:
        session: the unit of work in which the act is done.
        type: the event type without the wire's prefix, ``portal.teaching.assigned.v1``.
        feed: the feed, ``portal/teaching``.
        subject: id of the aggregate; events of one subject keep their order.
        data: the payload, JSON-able, with opaque person ids only.
        subject_version: version of the aggregate after the act.
        time: moment of the act; now, if not given.

    Returns:
        The event's id (UUIDv7).

    Raises:
        chassis.contracts.ContractError: the data do not fit the schema (in tests and development).
    """
    contracts.check(feed, type, data)
    event_id = new_id()
    row = {
        "id": event_id,
        "feed": feed,
        "type": type,
        "subject": subject,
        "subject_version": subject_version,
        "time": time or clock.now(),
        "data": dict(data),
    }
    transaction = session.get_nested_transaction() or session.get_transaction() or session.begin()
    session.info.setdefault(_PENDING, []).append((transaction, row))
    return event_id


def pending(session: Session) -> list[dict[str, Any]]:
    """List what ``session`` has recorded and not yet committed."""
    return [row for _, row in session.info.get(_PENDING, ())]


@event.listens_for(Session, "before_commit")
def _stage(session: Session) -> None:
    """Insert what was recorded, as the last statement of the root transaction."""
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    session.flush()
    rows = pending(session)
    session.info.pop(_PENDING)
    connection = session.connection()
    connection.execute(insert(STAGING), rows)
    session.info[_RING] = connection


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    """Ring for the numberer; whoever hears nothing finds the events within its 250 ms poll."""
    if session.in_nested_transaction():
        return
    if lost := session.info.pop(_PENDING, None):
        msg = f"{len(lost)} events were recorded after the staging of their transaction and are lost"
        raise RuntimeError(msg)
    connection = session.info.pop(_RING, None)
    if connection is not None:
        ring(connection, STAGED)


@event.listens_for(Session, "after_transaction_end")
def _end(session: Session, transaction: SessionTransaction) -> None:
    """Forget everything when the root transaction ended in whatever way."""
    if transaction.parent is None:
        session.info.pop(_PENDING, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """Forget what was recorded inside the transaction or savepoint that was rolled back."""
    entries = session.info.get(_PENDING)
    if entries:
        session.info[_PENDING] = [entry for entry in entries if not _inside(entry[0], previous)]


def _inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None and transaction is not outer:
        transaction = transaction.parent
    return transaction is outer


def ring(connection: Connection, channel: str, payload: str = "") -> None:
    """Send one NOTIFY in a transaction of its own on a connection that is between transactions; never raise.

    One round trip on the connection at hand: no second connection, no waiting for one.
    """
    with contextlib.suppress(psycopg.Error):
        raw = connection.connection.dbapi_connection  # a detached connection has no driver_connection
        if isinstance(raw, psycopg.Connection) and raw.info.transaction_status == TransactionStatus.IDLE:
            raw.autocommit = True
            try:
                raw.execute("SELECT pg_notify(%s, %s)", (channel, payload))
            finally:
                raw.autocommit = False
