"""Use cases of acquisition: add copies of a record to the holdings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from chassis.audit import audit
from chassis.db import new_id
from library.acquisition.model import Copy, NumberSeries
from library.cataloguing.model import Record
from library.cataloguing.service import RecordNotFound

INVENTORY = "inventory"


def next_numbers(session: Session, *, series: str, count: int) -> range:
    """Take numbers from a series without gaps; a rollback gives them back.

    Args:
        session: unit of work; it holds the series until its end.
        series: name of the series.
        count: how many.

    Returns:
        The numbers taken.
    """
    last = session.scalar(
        update(NumberSeries)
        .where(NumberSeries.name == series)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
    )
    if last is None:
        raise LookupError(series)
    return range(last - count + 1, last + 1)


def add_copies(
    session: Session, *, record_id: UUID, count: int, place: str, by: UUID, now: datetime
) -> list[Copy]:
    """Enter copies of a record into the inventory book.

    Args:
        session: unit of work.
        record_id: the record.
        count: how many, 1..500.
        place: storage place.
        by: librarian.
        now: present moment.

    Returns:
        The copies with their inventory numbers and barcodes.

    Raises:
        RecordNotFound: no such record.
    """
    if not session.scalar(select(exists().where(Record.id == record_id))):
        raise RecordNotFound
    copies = [
        Copy(
            id=new_id(),
            record_id=record_id,
            inventory_number=str(number),
            barcode=f"L{number:08d}",
            place=place,
            added_by=by,
            added_at=now,
        )
        for number in next_numbers(session, series=INVENTORY, count=count)
    ]
    session.add_all(copies)
    session.flush()
    numbers = {"inventory_numbers": [copy.inventory_number for copy in copies], "place": place}
    audit(session, act="library.copies.added", subject=str(record_id), after=numbers, actor=str(by))
    return copies
