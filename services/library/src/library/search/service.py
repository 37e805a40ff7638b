"""Use cases of search: find records, count facets, show one record with its copies. Reads only, no entities."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    true,
    tuple_,
)
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
ALL, BY_WORDS, SIMILARLY = "all", "by words", "similarly"

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
    asked = {**chosen, "likeness": SIMILAR, "folded": fold(query), "terms": _words(terms)}
    questions = _written(BY_WORDS if terms else ALL, frozenset(chosen))
    total, facets = _count(session, questions, asked)
    approximate = not total and bool(terms)
    if approximate:
        questions = _written(SIMILARLY, frozenset(chosen))
        total, facets = _count(session, questions, asked)
    place = {"size": size, "first": (page - 1) * size}
    hits = session.execute(questions.hits, asked | place).all()
    on_shelf = session.scalar(questions.on_shelf, asked) or 0
    return Found(hits, total, facets, on_shelf, approximate)


def _words(terms: Sequence[str]) -> str:
    return " & ".join(f"{term}:*" for term in terms)


def _filters(filters: Mapping[str, str]) -> dict[str, Any]:
    """Take the values of the filters that can be chosen by."""
    chosen: dict[str, Any] = {
        name: filters[name] for name in ("language", "kind", "on_shelf") if filters.get(name)
    }
    if (decade := filters.get("decade", "")).isdecimal():
        chosen["decade"] = int(decade)
    return chosen


@dataclass(frozen=True)
class _Questions:
    """What is asked of the catalogue for one page of results."""

    hits: Select[Any]
    counts: Select[Any]
    on_shelf: Select[Any]


@lru_cache(64)
def _written(how: str, filters: frozenset[str]) -> _Questions:
    """Write the questions down once for each kind of search: that costs as much as asking them.

    Args:
        how: `ALL`, `BY_WORDS` or `SIMILARLY`.
        filters: the facets something is chosen of; what, comes with the question.
    """
    words = func.to_tsquery("simple", bindparam("terms", type_=Text))
    likeness = func.word_similarity(bindparam("folded", type_=Text), Record.folded)
    matches = {
        ALL: true(),
        BY_WORDS: Record.terms.op("@@", is_comparison=True)(words),
        SIMILARLY: likeness > bindparam("likeness", type_=Float),
    }
    first = {ALL: (), BY_WORDS: (func.ts_rank_cd(Record.terms, words).desc(),), SIMILARLY: (likeness.desc(),)}
    matching = and_(matches[how], *(_chosen(name) for name in sorted(filters)))
    hits: Any = select(*BRIEF, _held(), _held(free=True))
    return _Questions(
        hits.where(matching)
        .order_by(*first[how], Record.sort_key, Record.id)
        .limit(bindparam("size", type_=Integer))
        .offset(bindparam("first", type_=Integer)),
        _counts(matching),
        select(func.count()).select_from(Record).where(matching, _on_shelf()),
    )


def _chosen(name: str) -> ColumnElement[bool]:
    if name == "on_shelf":
        return _on_shelf()
    columns: dict[str, Any] = {"language": Record.language, "kind": Record.kind, "decade": _decade}
    equal: ColumnElement[bool] = columns[name] == bindparam(name)
    return equal


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


def _counts(matching: ColumnElement[bool]) -> Select[Any]:
    """Count every facet, and all, in one pass over the result."""
    columns = (Record.language, Record.kind, _decade)
    counts = func.count()
    return (
        select(func.grouping(*columns).label("mask"), *columns, counts)
        .where(matching)
        .group_by(func.grouping_sets(*(tuple_(column) for column in columns), tuple_()))
        .order_by(counts.desc(), *columns)
    )


def _count(
    session: Session, questions: _Questions, asked: Mapping[str, Any]
) -> tuple[int, dict[str, list[tuple[Any, int]]]]:
    """Give how many there are, and the facets."""
    # GROUPING() sets a bit for every column that is *not* in the set; the first column is the highest bit.
    by_mask, total = {0b011: 0, 0b101: 1, 0b110: 2}, 0
    facets: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for row in session.execute(questions.counts, asked):
        if row[0] == 0b111:
            total = row[4]
            continue
        place = by_mask[row[0]]
        value = row[1 + place]
        if value not in (None, ""):
            facets[FACETS[place]].append((value, row[4]))
    return total, dict(facets)


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
