"""What the worker does: goes on with imports of many journals, one journal in a unit of work, for a while at a time."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import ROW_LOCK, unit_of_work
from chassis.permissions import EVERYWHERE
from chassis.service import Job
from chassis.settings import Settings
from ejournal.exchange import service
from ejournal.exchange.model import MarkImport
from ejournal.exchange.service import TURNS
from ejournal.journal.service import Reader

SECONDS = 10.0
"""How long one run works before other jobs have their turn."""


def work(session: Session, _settings: Settings) -> None:
    """Go on with the import that was begun first."""
    query = select(MarkImport.id).where(MarkImport.journal_id.is_(None), MarkImport.state.in_(TURNS))
    chosen = session.scalar(query.order_by(MarkImport.created_at).limit(1))
    engine = session.get_bind().engine
    until = clock.monotonic() + SECONDS
    while chosen is not None and clock.monotonic() < until:
        with unit_of_work(engine) as unit:
            found = unit.get_one(MarkImport, chosen, with_for_update=ROW_LOCK)
            by = found.applied_by if found.state == "applying" else found.undone_by
            if (
                found.state not in TURNS
                or by is None
                or not service.step(unit, found=found, reader=_everywhere(by))
            ):
                return


def _everywhere(person_id: UUID) -> Reader:
    """The permission was asked for when the file was confirmed: an import of midterm controls is of the whole academy."""
    return Reader(person_id, EVERYWHERE)


JOBS = (Job("imports of marks", timedelta(seconds=1), work),)
"""The worker looks for imports every second."""
