"""Find and read statements, within what the reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select
from sqlalchemy.orm import Session, aliased

from chassis.db import AnyRow
from chassis.problems import NotFound
from ejournal.journal.model import JOURNAL
from ejournal.journal.service import Reader, within
from ejournal.statements.model import OFFICER_KEY, PAPER, ROW, SIGNATURE, STATEMENT
from ejournal.statements.problems import ForeignStatement
from ejournal.statements.rules_numbers import read_number
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD

HEAD = (
    select(
        STATEMENT,
        JOURNAL.c.period_id,
        JOURNAL.c.group_id,
        JOURNAL.c.control,
        GROUP.c.code.label("group"),
        DISCIPLINE.c.title.label("discipline"),
        PERIOD.c.title.label("period"),
    )
    .join(JOURNAL, JOURNAL.c.id == STATEMENT.c.journal_id)
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the archive is searched for; empty means everything."""

    text: str = ""
    kind: str = ""
    state: str = ""
    period_id: UUID | None = None


def list_query(*, reader: Reader, search: Search) -> Select[Any]:
    """Make the query of the archive: what the reader may see of what was searched for, the latest first.

    A text is a number, or part of a group's code or of the discipline's title in any language.
    """
    return HEAD.where(within(reader), *_found(search)).order_by(STATEMENT.c.issued_at.desc(), STATEMENT.c.id)


def _found(search: Search) -> list[ColumnElement[bool]]:
    found = [
        STATEMENT.c[name] == value
        for name, value in (("kind", search.kind), ("state", search.state))
        if value
    ]
    if search.period_id:
        found.append(JOURNAL.c.period_id == search.period_id)
    if search.text:
        found.append(_text(search.text))
    return found


def _text(text: str) -> ColumnElement[bool]:
    if number := read_number(text):
        return (
            (STATEMENT.c.kind == number.kind)
            & (STATEMENT.c.year == number.year)
            & (STATEMENT.c.serial == number.serial)
        )
    titles = cast(STATEMENT.c.head["discipline"], Text)
    return or_(GROUP.c.code.icontains(text, autoescape=True), titles.icontains(text, autoescape=True))


def get_or_raise(session: Session, *, statement_id: UUID, reader: Reader, lock: bool = False) -> AnyRow:
    """Get a statement; with `lock` its journal and it are locked, in this order, against everybody else's acts.

    Raises:
        NotFound: there is no such statement.
        ForeignStatement: there is, but not for this reader.
    """
    if lock:
        _lock_journal(session, statement_id)
    query = HEAD.add_columns(within(reader).label("allowed")).where(STATEMENT.c.id == statement_id)
    row = session.execute(
        query.with_for_update(key_share=True, of=STATEMENT) if lock else query
    ).one_or_none()
    if row is None:
        raise NotFound
    if not row.allowed:
        raise ForeignStatement(extra={"statement_id": str(statement_id)})
    return row


def is_within(session: Session, statement_id: UUID, reader: Reader) -> bool:
    """Tell whether a statement is in a reader's scope."""
    query = HEAD.where(STATEMENT.c.id == statement_id, within(reader))
    return session.execute(query).one_or_none() is not None


def read(session: Session, *, statement_id: UUID) -> AnyRow:
    """Read a statement whoever asks: for acts that have checked it before."""
    return session.execute(HEAD.where(STATEMENT.c.id == statement_id)).one()


def _lock_journal(session: Session, statement_id: UUID) -> None:
    journal = select(STATEMENT.c.journal_id).where(STATEMENT.c.id == statement_id).scalar_subquery()
    session.execute(select(JOURNAL.c.id).where(JOURNAL.c.id == journal).with_for_update(key_share=True))


def list_rows(session: Session, *, statement_id: UUID) -> list[dict[str, Any]]:
    """List the rows of a statement in the order of the roster."""
    query = select(ROW).where(ROW.c.statement_id == statement_id).order_by(ROW.c.position, ROW.c.person_id)
    return [dict(row) for row in session.execute(query).mappings()]


def list_signatures(session: Session, *, statement_id: UUID) -> Sequence[AnyRow]:
    """List all signatures a statement was ever given, with the public keys; those of the present version count."""
    query = (
        select(SIGNATURE, OFFICER_KEY.c.public, OFFICER_KEY.c.revoked_at.label("key_revoked_at"))
        .join(OFFICER_KEY, OFFICER_KEY.c.id == SIGNATURE.c.key_id)
        .where(SIGNATURE.c.statement_id == statement_id)
        .order_by(SIGNATURE.c.signed_at)
    )
    return session.execute(query).all()


def list_papers(session: Session, *, statement_id: UUID) -> Mapping[str, str]:
    """Give the digests of a sealed statement's papers by language."""
    query = select(PAPER.c.language, PAPER.c.digest).where(PAPER.c.statement_id == statement_id)
    return {row.language: row.digest for row in session.execute(query)}


def list_of_journal(session: Session, *, journal_id: UUID) -> Sequence[AnyRow]:
    """List the statements of a journal in the order of their issue."""
    query = select(STATEMENT).where(STATEMENT.c.journal_id == journal_id)
    return session.execute(query.order_by(STATEMENT.c.issued_at, STATEMENT.c.id)).all()


def list_related(session: Session, *, statement: AnyRow) -> Sequence[tuple[str, AnyRow]]:
    """List what a statement came from and what came of it, with the word for each: after, rectifies, rectified, followed."""
    found = []
    other = aliased(STATEMENT)
    for word, condition in (
        ("after", other.c.id == statement.after_id),
        ("rectifies", other.c.id == statement.rectifies_id),
        ("rectified", other.c.rectifies_id == statement.id),
        ("followed", other.c.after_id == statement.id),
    ):
        rows = session.execute(select(other).where(condition).order_by(other.c.issued_at)).all()
        found += [(word, row) for row in rows]
    return found
