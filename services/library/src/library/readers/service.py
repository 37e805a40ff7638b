"""Use cases of readers: keep the card index, find a reader at the desk."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.i18n import lazy_gettext as _l
from chassis.i18n import sort_key
from chassis.problems import NotFound
from library.folding import fold
from library.readers.model import Reader

READER: Any = Reader.__table__
_NEW = insert(READER)
KEPT = ("name", "number", "category", "group_code", "status", "sort_key", "folded")
KEEP = _NEW.on_conflict_do_update(
    index_elements=["person_id"], set_={name: _NEW.excluded[name] for name in KEPT}
)


class ReaderNotFound(NotFound):
    """Nobody has this card or personal number."""

    code = "library.reader-not-found"
    title = _l("No reader has this card or personal number")


def enrol(session: Session, *, people: Iterable[Mapping[str, Any]]) -> None:
    """Keep people's cards in the index as auth/people has them; the card number never changes.

    Args:
        session: unit of work.
        people: data of `auth.person.recorded.v1`; of each person the last counts.
    """
    rows = {data["person_id"]: _reader(data) for data in people}
    session.execute(KEEP, list(rows.values()))


def _reader(person: Mapping[str, Any]) -> dict[str, Any]:
    parts = (person["family_name"], person["given_name"], person.get("patronymic"))
    name = " ".join(part for part in parts if part)
    return {
        "person_id": UUID(person["person_id"]),
        "name": name,
        "number": person["number"],
        "category": person["kind"],
        "group_code": person.get("group_code"),
        "status": person["status"],
        "sort_key": sort_key(name),
        "folded": fold(name),
    }


def get_by_card_or_raise(session: Session, *, card: str) -> Reader:
    """Find the reader who shows a card or a personal number at the desk, or raise `ReaderNotFound`."""
    text = card.strip()
    by_card: ColumnElement[bool] = Reader.number == text
    if text.isascii() and text.isdigit() and len(text) <= 9:
        by_card = or_(by_card, Reader.card == int(text))
    reader = session.scalar(select(Reader).where(by_card).order_by(Reader.card).limit(1))
    if reader is None:
        raise ReaderNotFound
    return reader


def list_readers(session: Session, *, query: str, limit: int = 50) -> list[Reader]:
    """List readers whose names begin with the words of a query, or who have that card.

    Args:
        session: unit of work.
        query: words in any order, as typed; empty for everybody.
        limit: how many at the most.

    Returns:
        Readers in the order of the Kazakh alphabet.
    """
    statement = select(Reader).order_by(Reader.sort_key).limit(limit)
    for word in fold(query).split():
        starts = Reader.folded.startswith(word, autoescape=True)
        inside = Reader.folded.contains(f" {word}", autoescape=True)
        statement = statement.where(or_(starts, inside, Reader.number == word.upper()))
    return list(session.scalars(statement))
