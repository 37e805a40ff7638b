"""What the quality unit looks at: streams with how far roots hold them, entries, the latest roots."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.problems import NotFound
from ejournal.integrity.model import ROOT, ROOT_HEAD, STREAM_ENTRY
from ejournal.journal.model import JOURNAL
from ejournal.journal.service import HEAD

SHOWN_ROOTS = 20


def streams_query() -> Select[Any]:
    """Make the query of all streams: journal, number of entries, how many of them the latest root holds."""
    held = select(func.max(ROOT_HEAD.c.number)).where(ROOT_HEAD.c.journal_id == JOURNAL.c.id)
    return HEAD.add_columns(held.scalar_subquery().label("held")).order_by(
        JOURNAL.c.stream_number.desc(), JOURNAL.c.id
    )


def get_stream_or_raise(session: Session, journal_id: UUID) -> AnyRow:
    """Get a journal with how many of its entries a root holds.

    Raises:
        NotFound: there is no such journal.
    """
    row = session.execute(streams_query().where(JOURNAL.c.id == journal_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def entries_query(journal_id: UUID) -> Select[Any]:
    """Make the query of a stream's entries, the latest first; what opens their cells stays where it is."""
    told = (
        STREAM_ENTRY.c.number,
        STREAM_ENTRY.c.at,
        STREAM_ENTRY.c.actor,
        STREAM_ENTRY.c.kind,
        STREAM_ENTRY.c.bytes,
        STREAM_ENTRY.c.digest,
    )
    return select(*told).where(STREAM_ENTRY.c.journal_id == journal_id).order_by(STREAM_ENTRY.c.number.desc())


def list_latest_roots(session: Session) -> list[Mapping[str, Any]]:
    """List the latest roots, the newest first."""
    query = select(ROOT).order_by(ROOT.c.number.desc()).limit(SHOWN_ROOTS)
    return [dict(row) for row in session.execute(query).mappings()]
