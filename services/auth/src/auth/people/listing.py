"""Lists of people: what fits a search and filters within one's scopes, a page of it or all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from auth.accounts.model import Account
from auth.people import service as people
from auth.people.model import Person
from chassis.i18n import normalise

PAGE = 50
MAX_WORDS = 5
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Filters:
    """What limits a list; an empty text limits nothing.

    `unit` takes in what stands below it; `expiry` is one of `rules.EXPIRIES`.
    """

    q: str = ""
    unit: str = ""
    group: str = ""
    kind: str = ""
    status: str = ""
    expiry: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A person with what a list says of the account."""

    person: Person
    login: str | None
    expires_on: date | None


def page_of(
    session: Session,
    *,
    where: ColumnElement[bool],
    filters: Filters,
    today: date,
    page: int,
    size: int = PAGE,
) -> tuple[Sequence[Line], int]:
    """List one page of people in Kazakh alphabetical order, with the number of all that fit, by one statement.

    Args:
        session: of the request.
        where: what the caller may see, of `people.within`.
        filters: what the caller chose.
        today: the day expiry is counted from.
        page: counted from 1.
        size: lines on a page.
    """
    fits = and_(true(), where, *_conditions(filters, today))
    total = _joined(select(func.count(Person.id)).select_from(Person)).where(fits).scalar_subquery()
    rows = session.execute(_lines(fits, total).limit(size).offset((page - 1) * size)).all()
    lines = [Line(*row[:3]) for row in rows]
    return lines, rows[0][3] if rows else (session.scalar(select(total)) or 0) if page > 1 else 0


def every(session: Session, *, where: ColumnElement[bool], filters: Filters, today: date) -> Iterator[Line]:
    """Give everybody who fits, in the order of the list."""
    fits = and_(true(), where, *_conditions(filters, today))
    for row in session.execute(_lines(fits).execution_options(yield_per=1000)):
        yield Line(*row[:3])


def _lines(fits: ColumnElement[bool], *more: Any) -> Select[Any]:
    query = _joined(select(Person, Account.login, Account.expires_on, *more))
    return query.where(fits).order_by(Person.sort_key, Person.id)


def _joined(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Account, Account.person_id == Person.id)


def _conditions(filters: Filters, today: date) -> Iterator[ColumnElement[bool]]:
    for word in normalise(filters.q).lower().split()[:MAX_WORDS]:
        yield Person.search.contains(word, autoescape=True)
    if filters.unit:
        yield Person.department_code.in_(people.units_of([filters.unit]))
    chosen = (
        (Person.group_code, filters.group),
        (Person.kind, filters.kind),
        (Person.status, filters.status),
    )
    yield from (column == value for column, value in chosen if value)
    if filters.expiry:
        yield _expiry(filters.expiry, today)


def _expiry(word: str, today: date) -> ColumnElement[bool]:
    until = Account.expires_on
    return {
        "over": until < today,
        "soon": until.between(today, today + SOON),
        "set": until.is_not(None),
        "none": until.is_(None),
    }[word]
