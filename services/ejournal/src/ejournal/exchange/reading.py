"""What a filled file of one journal asks to change: held against what stood in the journal when it was taken away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.sheets import Fault, Row
from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import Letters, ValueRefused, parse
from ejournal.control.service import get_book
from ejournal.exchange import export
from ejournal.exchange.layout import NAME, ROW, STAMP, name_of
from ejournal.journal.rules import Asked


@dataclass(frozen=True, slots=True)
class Wish:
    """A cell a file asks to change: where it stands in the file, whose it is, what stood there, what is asked."""

    row: int
    name: str
    journal_id: UUID
    old_value: str | None
    asked: Asked


def journal_wishes(
    session: Session, head: AnyRow, rows: Sequence[tuple[int, Row]]
) -> tuple[list[Wish], list[Fault]]:
    """List what the owner of a file changed in it, and the rows that are of no learner of its export."""
    book = get_book(session, rule_set=head.rule_set)
    rules = book.sets.get(head.rule_set)
    wishes: list[Wish] = []
    faults: list[Fault] = []
    exports: dict[str, list[list[Any]] | None] = {}
    seen: set[str] = set()
    for at, row in rows:
        stamp = row[STAMP]
        if stamp not in exports:
            exports[stamp] = _export(session, head.id, stamp)
        person = _person(exports[stamp], row)
        if isinstance(person, str):
            faults.append(Fault(at, name_of(row), NAME if person == "another-name" else STAMP, person))
        elif person[0] in seen:
            faults.append(Fault(at, name_of(row), ROW, "learner-twice"))
        else:
            seen.add(person[0])
            wishes += _changed(at, row, person, head, lambda text: _stored(text, book.letters, rules))
    return wishes, faults


def _export(session: Session, journal_id: UUID, stamp: str) -> list[list[Any]] | None:
    try:
        return export.find(session, id=UUID(stamp), journal_id=journal_id)
    except ValueError:
        return None


def _person(people: list[list[Any]] | None, row: Row) -> list[Any] | str:
    if people is None:
        return "another-export"
    place = row[ROW]
    if not (place.isascii() and place.isdigit() and 1 <= int(place[:6]) <= len(people)):
        return "no-such-row"
    person = people[int(place) - 1]
    return person if person[1].casefold() == row[NAME].casefold() else "another-name"


def _changed(
    at: int, row: Row, person: list[Any], head: AnyRow, stored: Callable[[str], str | None]
) -> Iterator[Wish]:
    person_id, name, cells = person
    for column in head.columns:
        value, version = cells.get(column["id"]) or (None, 0)
        text = row[column["id"]]
        if stored(text) != value:
            yield Wish(at, name, head.id, value, Asked(f"{person_id}:{column['id']}", text, version))


def _stored(text: str, letters: Letters, rules: RuleSet | None) -> str | None:
    """Give what a text would be stored as; a text that is no mark stays itself, and is judged later."""
    try:
        return parse(text, letters, rules.parameters) if rules else text or None
    except ValueRefused:
        return text


def as_asked(wishes: Sequence[Wish]) -> Mapping[UUID, list[Wish]]:
    """Put wishes by journal, in the order journals are locked in."""
    found: dict[UUID, list[Wish]] = {}
    for wish in sorted(wishes, key=lambda one: (one.journal_id, one.row)):
        found.setdefault(wish.journal_id, []).append(wish)
    return found
