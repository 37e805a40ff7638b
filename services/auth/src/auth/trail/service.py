"""Search the audit, read one row, and hand out what the verifier needs.

RowNotFound (404)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.orm import Session

from auth.people.model import Person
from auth.trail import rules
from chassis import clock
from chassis.audit import LEAF, ROW, SEAL, audit
from chassis.i18n import normalise
from chassis.problems import NotFound

PAGE = 50
MOST_PEOPLE = 50
MOST_ROWS = 50_000
# The same words as in the migration that made the index, so that the planner knows it by them.
WORDS: ColumnElement[Any] = literal_column(
    "to_tsvector('simple'::regconfig, act || ' ' || subject || ' ' || coalesce(basis, '') || ' ' || coalesce(address, '')"
    " || ' ' || coalesce(before::text, '') || ' ' || coalesce(after::text, ''))"
)


class RowNotFound(NotFound):
    """There is no row or seal with this number."""

    code = "auth.audit-row-not-found"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for; what is empty does not matter. Names and personal numbers are looked up among the people."""

    person: str = ""
    actor: str = ""
    act: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    order: str = ""
    text: str = ""
    before: int | None = field(default=None)


def search(session: Session, asked: Asked, *, size: int = PAGE) -> tuple[Sequence[Row[Any]], int | None]:
    """Find rows, newest first, with the number of the seal over each.

    Args:
        session: only reads.
        asked: what is looked for; `before` is the number to go on from.
        size: the most rows to answer.

    Returns:
        The rows, and the number to go on from; None at the end.
    """
    query = select(ROW, LEAF.c.seal_number).outerjoin(LEAF, LEAF.c.row_number == ROW.c.number)
    found = session.execute(_where(session, query, asked).order_by(ROW.c.number.desc()).limit(size + 1)).all()
    return found[:size], found[size - 1].number if len(found) > size else None


def _where(session: Session, query: Select[Any], asked: Asked) -> Select[Any]:
    since, until = rules.bounds(asked.since, asked.until, clock.ACADEMY)
    text = rules.text_query(normalise(asked.text))
    conditions: list[ColumnElement[bool] | None] = [
        _about_or_by(session, asked.person) if asked.person else None,
        _by(session, asked.actor) if asked.actor else None,
        or_(ROW.c.act == asked.act, ROW.c.act.startswith(f"{asked.act}.", autoescape=True))
        if asked.act
        else None,
        ROW.c.subject == asked.subject if asked.subject else None,
        ROW.c.at >= since if since else None,
        ROW.c.at < until if until else None,
        ROW.c.basis.startswith(f"№ {asked.order},", autoescape=True) if asked.order else None,
        WORDS.op("@@")(func.to_tsquery(cast("simple", REGCONFIG), text)) if text else None,
        ROW.c.number < asked.before if asked.before else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


def _people(session: Session, text: str) -> list[str]:
    words = [Person.search.contains(word, autoescape=True) for word in normalise(text).lower().split()[:5]]
    return [str(id_) for id_ in session.scalars(select(Person.id).where(*words).limit(MOST_PEOPLE))]


def _about_or_by(session: Session, text: str) -> ColumnElement[bool]:
    ids = _people(session, text)
    return or_(ROW.c.actor.in_(ids), ROW.c.subject.in_([f"person:{id_}" for id_ in ids]))


def _by(session: Session, text: str) -> ColumnElement[bool]:
    """Find what somebody did: a program or the installation by its own name, a person by theirs."""
    return or_(ROW.c.actor == text, ROW.c.actor.in_(_people(session, text)))


def get_or_raise(session: Session, number: int) -> Row[Any]:
    """Get a row with the number of its seal.

    Raises:
        RowNotFound: there is none.
    """
    query = select(ROW, LEAF.c.seal_number).outerjoin(LEAF, LEAF.c.row_number == ROW.c.number)
    row = session.execute(query.where(ROW.c.number == number)).one_or_none()
    if row is None:
        raise RowNotFound
    return row


def names(session: Session, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """Give the names of the people some rows speak of, by their ids."""
    ids = rules.ids_in([[row.actor, row.subject.rpartition(":")[2], row.before, row.after] for row in rows])
    wanted = [id_ for id_ in map(_as_uuid, ids) if id_]
    return {str(p.id): p.full_name for p in session.scalars(select(Person).where(Person.id.in_(wanted)))}


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def acts(session: Session) -> list[str]:
    """List the acts there are rows of, stepping from one to the next along the index instead of reading every row."""
    first = select(func.min(ROW.c.act).label("act")).cte("acts", recursive=True)
    following = select(func.min(ROW.c.act)).where(ROW.c.act > first.c.act).scalar_subquery()
    every = first.union_all(select(following).where(first.c.act.is_not(None)))
    return [act for act in session.scalars(select(every.c.act)) if act]


def seals(session: Session, *, size: int = 20) -> Sequence[Row[Any]]:
    """List the latest seals."""
    return session.execute(select(SEAL).order_by(SEAL.c.number.desc()).limit(size)).all()


def seal_or_raise(session: Session, number: int) -> tuple[Row[Any], int, int, int]:
    """Get a seal, with how many rows it covers and the first and last of them.

    Raises:
        RowNotFound: there is none.
    """
    seal = session.execute(select(SEAL).where(SEAL.c.number == number)).one_or_none()
    if seal is None:
        raise RowNotFound
    covered = select(func.count(), func.min(LEAF.c.row_number), func.max(LEAF.c.row_number))
    count, first, last = session.execute(covered.where(LEAF.c.seal_number == number)).one()
    return seal, count, first, last


def waiting(session: Session) -> tuple[int, datetime | None]:
    """Count the rows that are newer than the last seal's, with the moment of that seal."""
    last = session.execute(select(SEAL.c.sealed_at).order_by(SEAL.c.number.desc()).limit(1)).scalar()
    covered = session.scalar(select(func.max(LEAF.c.row_number))) or 0
    query = select(func.count()).select_from(ROW).where(ROW.c.number > covered)
    return session.scalar(query) or 0, last


def note_export(session: Session, *, kind: str, asked: dict[str, str], actor: UUID | str) -> None:
    """Write down that somebody took a part of the audit away: it is full of people's data."""
    audit(session, act="auth.audit.exported", subject="audit", actor=actor, after={"kind": kind, **asked})
