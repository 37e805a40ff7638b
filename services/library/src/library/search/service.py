"""Use cases of search: find records, count facets, show one record with its copies. Reads only, no entities."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select, true, tuple_
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from library.acquisition.model import Copy
from library.cataloguing.model import Record
from library.cataloguing.service import RecordNotFound
from library.folding import fold
from library.lending.model import Loan
from library.search.rules import query_terms

FACETS = ("language", "kind", "decade")
_decade = Record.year // 10 * 10
SIMILAR = 0.5

BRIEF = (
    Record.id,
    Record.title,
    Record.remainder,
    Record.responsibility,
    Record.authors,
    Record.place,
    Record.publisher,
    Record.year,
    Record.extent,
    Record.language,
    Record.kind,
    Record.isbns,
    Record.subjects,
    Record.classes,
    Record.host,
    Record.format,
)


@dataclass(frozen=True)
class Found:
    """One page of results.

    Attributes:
        hits: brief rows with `held` and `free` (copies).
        total: exact count of matching records.
        facets: facet → [(value, count)], the largest first.
        on_shelf: how many of the matching records have a free copy.
        approximate: true when nothing matched and similar titles are shown instead.
    """

    hits: Sequence[AnyRow]
    total: int
    facets: Mapping[str, list[tuple[Any, int]]] = field(default_factory=dict)
    on_shelf: int = 0
    approximate: bool = False


def search(
    session: Session, *, query: str, filters: Mapping[str, str], page: int = 1, size: int = 20
) -> Found:
    """Find records.

    Args:
        session: unit of work.
        query: words as typed, in Kazakh, Russian or English; empty for the whole catalogue.
        filters: facet → chosen value; `on_shelf` = "1" for records with a free copy.
        page: from 1.
        size: records a page.

    Returns:
        The page, the exact total and the facets of the whole result.
    """
    terms = query_terms(query)
    chosen = _filters(filters)
    matching = and_(_matches(terms), *chosen)
    total = session.scalar(select(func.count()).select_from(Record).where(matching)) or 0
    approximate = not total and bool(terms)
    order: list[Any] = [Record.sort_key, Record.id]
    if approximate:
        likeness = func.word_similarity(fold(query), Record.folded)
        matching = and_(likeness > SIMILAR, *chosen)
        total = session.scalar(select(func.count()).select_from(Record).where(matching)) or 0
        order.insert(0, likeness.desc())
    elif terms:
        order.insert(0, func.ts_rank_cd(Record.terms, _tsquery(terms)).desc())
    hits = session.execute(
        select(*BRIEF, _held(), _held(free=True))
        .where(matching)
        .order_by(*order)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    on_shelf = session.scalar(select(func.count()).select_from(Record).where(matching, _on_shelf())) or 0
    return Found(hits, total, _facets(session, matching), on_shelf, approximate)


def _tsquery(terms: Sequence[str]) -> ColumnElement[Any]:
    return func.to_tsquery("simple", " & ".join(f"{term}:*" for term in terms))


def _matches(terms: Sequence[str]) -> ColumnElement[bool]:
    return Record.terms.op("@@", is_comparison=True)(_tsquery(terms)) if terms else true()


def _filters(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if language := filters.get("language"):
        chosen.append(Record.language == language)
    if kind := filters.get("kind"):
        chosen.append(Record.kind == kind)
    if (decade := filters.get("decade", "")).isdecimal():
        chosen.append(_decade == int(decade))
    if filters.get("on_shelf"):
        chosen.append(_on_shelf())
    return chosen


def _on_shelf() -> ColumnElement[bool]:
    return exists().where(Copy.record_id == Record.id, Copy.state == "held", ~_on_loan())


def _on_loan() -> ColumnElement[bool]:
    return exists().where(Loan.copy_id == Copy.id, Loan.returned_at.is_(None))


def _held(*, free: bool = False) -> ColumnElement[int]:
    condition = [Copy.record_id == Record.id, Copy.state == "held"]
    if free:
        condition.append(~_on_loan())
    return (
        select(func.count())
        .select_from(Copy)
        .where(*condition)
        .scalar_subquery()
        .label("free" if free else "held")
    )


def _facets(session: Session, matching: ColumnElement[bool]) -> dict[str, list[tuple[Any, int]]]:
    """Count every facet in one pass over the result."""
    columns = (Record.language, Record.kind, _decade)
    which = func.grouping(*columns)
    counts = func.count()
    rows = session.execute(
        select(which.label("mask"), *columns, counts)
        .where(matching)
        .group_by(func.grouping_sets(*(tuple_(column) for column in columns)))
        .order_by(counts.desc(), *columns)
    ).all()
    # GROUPING() sets a bit for every column that is *not* in the set; the first column is the highest bit.
    by_mask = {0b011: 0, 0b101: 1, 0b110: 2}
    facets: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for row in rows:
        place = by_mask[row[0]]
        value = row[1 + place]
        if value not in (None, ""):
            facets[FACETS[place]].append((value, row[4]))
    return dict(facets)


def get_record_or_raise(session: Session, *, record_id: UUID) -> AnyRow:
    """Give the brief description of a record with its MARC fields, or raise `RecordNotFound`."""
    row = session.execute(select(*BRIEF, Record.fields).where(Record.id == record_id)).first()
    if row is None:
        raise RecordNotFound
    return row


def list_copies(session: Session, *, record_id: UUID) -> Sequence[AnyRow]:
    """List the copies of a record with the day each comes back, if it is out."""
    state = case((Loan.id.is_not(None), "on_loan"), else_=Copy.state).label("state")
    return session.execute(
        select(Copy.id, Copy.inventory_number, Copy.barcode, Copy.place, state, Loan.due_on)
        .outerjoin(Loan, and_(Loan.copy_id == Copy.id, Loan.returned_at.is_(None)))
        .where(Copy.record_id == record_id)
        .order_by(Copy.inventory_number)
    ).all()
