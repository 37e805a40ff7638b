"""Enter the marks of a statement twice, blind: required by the registrar, entered by two teachers, agreed on by a third person.

The entries stand apart from the rows of the statement: a row has no mark before both entries are handed in and equal, or a third person
has agreed on it. So nothing anybody can read tells one teacher what the other entered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from chassis.problems import Conflict
from ejournal.control.service import get_book
from ejournal.integrity.rules import cell_text
from ejournal.journal.model import TEACHER
from ejournal.journal.rules import Asked, Verdict
from ejournal.journal.service import Reader
from ejournal.statements import filling, service, wording
from ejournal.statements.filling import Saved
from ejournal.statements.model import READER, READING, STATEMENT
from ejournal.statements.noting import note
from ejournal.statements.problems import StatementRefused
from ejournal.statements.rules import FILLING
from ejournal.statements.rules_blind import (
    DIFFERS,
    PLACES,
    SAME,
    BlindStanding,
    blind_refusals,
    compare,
    place_of,
)
from ejournal.statements.rules_marks import judge_mark

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Entries:
    """The state of double entry: the statement and its rows, who has which place, what each entered (by place, then learner)."""

    statement: AnyRow
    rows: Sequence[Row]
    readers: Mapping[int, AnyRow]
    marks: Mapping[int, Mapping[str, str | None]]

    @property
    def by_learner(self) -> dict[str, Row]:
        """The rows by learner."""
        return {str(row["person_id"]): row for row in self.rows}

    @property
    def both_handed_in(self) -> bool:
        """Whether both entries are there for good."""
        return len(self.readers) == len(PLACES) and all(one.handed_in_at for one in self.readers.values())

    @property
    def admitted(self) -> list[str]:
        """The learners who get a mark."""
        return [str(row["person_id"]) for row in self.rows if row["admitted"]]

    @property
    def compared(self) -> Mapping[str, str]:
        """The comparison, learner by learner; nothing before both entries are handed in."""
        if not self.both_handed_in:
            return {}
        return compare(self.admitted, *(self.marks.get(place, {}) for place in PLACES))

    @property
    def differing(self) -> list[Row]:
        """The rows whose entries differ and on which nobody has agreed."""
        found = self.compared
        return [
            row for row in self.rows if found.get(str(row["person_id"])) == DIFFERS and not row["agreed_by"]
        ]

    @property
    def to_agree(self) -> list[Row]:
        """The rows a third person may agree on: those that differ; all of them once the registrar has returned the statement.

        The entries are handed in for good, so what the registrar found wrong in both can be put right by nobody else.
        """
        if self.statement.remark and self.both_handed_in:
            return [row for row in self.rows if row["admitted"]]
        return self.differing


def read(session: Session, statement: AnyRow) -> Entries:
    """Read the state of double entry of a statement."""
    rows = service.list_rows(session, statement_id=statement.id)
    readers = session.execute(select(READER).where(READER.c.statement_id == statement.id)).all()
    marks: dict[int, dict[str, str | None]] = {}
    for one in session.execute(select(READING).where(READING.c.statement_id == statement.id)):
        marks.setdefault(one.place, {})[str(one.person_id)] = one.value
    return Entries(statement, rows, {one.place: one for one in readers}, marks)


def standing(session: Session, entries: Entries, person_id: UUID) -> BlindStanding:
    """Gather what the guards look at, for a person."""
    statement = entries.statement
    place = place_of({place: one.person_id for place, one in entries.readers.items()}, person_id)
    own = entries.readers.get(place) if place else None
    entered = entries.marks.get(place, {}) if place else {}
    teachers = select(func.count()).where(TEACHER.c.journal_id == statement.journal_id)
    return BlindStanding(
        kind=statement.kind,
        state=statement.state,
        blind=statement.blind,
        teachers=session.scalar(teachers) or 0,
        place=place,
        holds=own is not None,
        handed_in=bool(own and own.handed_in_at),
        both_handed_in=entries.both_handed_in,
        unmarked=sum(entered.get(learner) is None for learner in entries.admitted),
        differing=len(entries.to_agree),
    )


def _begin(session: Session, name: str, statement_id: UUID, reader: Reader) -> tuple[Entries, BlindStanding]:
    """Lock a statement for an act, or refuse it with every reason."""
    statement = service.get_or_raise(session, statement_id=statement_id, reader=reader, lock=True)
    entries = read(session, statement)
    stands = standing(session, entries, reader.person_id)
    if found := blind_refusals(name, stands):
        raise StatementRefused(**wording.refused(found))
    return entries, stands


def require(session: Session, *, statement_id: UUID, version: int, reader: Reader) -> None:
    """Require that the marks of a statement are entered twice; only before the first mark.

    Raises:
        NotFound, ForeignStatement: no such statement; it is out of the person's scope.
        StatementRefused: with every reason.
        Conflict: it was changed meanwhile.
    """
    entries, _standing = _begin(session, "require", statement_id, reader)
    statement = entries.statement
    if statement.version != version:
        raise Conflict(extra={"expected_version": version, "current_version": statement.version})
    _turn(session, statement, blind=True, state=FILLING)
    _note(session, statement, "made_blind", reader.person_id, {})


def save(session: Session, *, statement_id: UUID, asked: Sequence[Asked], reader: Reader) -> Saved:
    """Save marks of the person's own entry and say of every other why not.

    Args:
        session: the unit of work.
        statement_id: the statement.
        asked: the changes, keyed by learner, over the versions of the own entry.
        reader: one of the two teachers; the first marks take a place.

    Raises:
        NotFound, ForeignStatement: as above.
        StatementRefused: it is not entered twice, two others enter it, or the entry was handed in.
    """
    entries, stands = _begin(session, "enter", statement_id, reader)
    statement, book = entries.statement, get_book(session)
    own = own_entry(session, statement, stands)
    rows = {}
    for row in entries.rows:
        value, version = own.get(str(row["person_id"]), (None, 0))
        rows[str(row["person_id"])] = {"admitted": row["admitted"], "reading": value, "version": version}
    verdicts = [
        judge_mark(
            one,
            rows.get(one.key),
            field="reading",
            is_open=True,
            letters=book.letters,
            rules=book.sets[statement.rule_set],
        )
        for one in asked
    ]
    version = statement.version
    if writes := [one for one in verdicts if one.state == "write"]:
        _write(session, statement, stands, writes, reader.person_id)
        version += 1
    return Saved(verdicts, version)


def own_entry(
    session: Session, statement: AnyRow, stands: BlindStanding
) -> dict[str, tuple[str | None, int]]:
    """Give the own entry: value and version by learner."""
    if not stands.holds:
        return {}
    query = select(READING).where(READING.c.statement_id == statement.id, READING.c.place == stands.place)
    return {str(one.person_id): (one.value, one.version) for one in session.execute(query)}


def _write(
    session: Session, statement: AnyRow, stands: BlindStanding, writes: Sequence[Verdict], by: UUID
) -> None:
    if not stands.holds:
        session.execute(insert(READER).values(statement_id=statement.id, place=stands.place, person_id=by))
    upsert = pg.insert(READING)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=["statement_id", "place", "person_id"],
            set_={name: upsert.excluded[name] for name in ("value", "version", "entered_at")},
        ),
        [
            {
                "statement_id": statement.id,
                "place": stands.place,
                "person_id": UUID(one.asked.key),
                "value": one.value,
                "version": one.version,
                "entered_at": clock.now(),
            }
            for one in writes
        ],
    )
    _turn(session, statement, state=FILLING)
    cells = [cell_text(one.asked.key, str(statement.id), one.version, one.value) for one in writes]
    _note(session, statement, "entered", by, {"place": stands.place, "count": len(writes)}, cells=cells)


def hand_in(session: Session, *, statement_id: UUID, reader: Reader) -> Entries:
    """Hand in the own entry for good; when the other one is there too, equal marks hold from now on.

    Raises:
        NotFound, ForeignStatement: as above.
        StatementRefused: with every reason, marks that are missing among them.
    """
    entries, stands = _begin(session, "hand_in", statement_id, reader)
    here = (READER.c.statement_id == statement_id) & (READER.c.place == stands.place)
    session.execute(update(READER).where(here).values(handed_in_at=clock.now()))
    _turn(session, entries.statement, state=FILLING)
    _note(session, entries.statement, "handed_in", reader.person_id, {"place": stands.place})
    after = read(session, service.read(session, statement_id=statement_id))
    first = after.marks.get(PLACES[0], {})
    equal = [
        Verdict(
            Asked(str(row["person_id"]), "", row["version"]),
            "write",
            first[str(row["person_id"])],
            row["version"] + 1,
        )
        for row in after.rows
        if after.compared.get(str(row["person_id"])) == SAME
    ]
    if equal:
        filling.write_marks(session, after.statement, after.by_learner, writes=equal, by=reader.person_id)
    return read(session, service.read(session, statement_id=statement_id))


def agree(session: Session, *, statement_id: UUID, asked: Asked, because: str, reader: Reader) -> Verdict:
    """Agree, as a third person, on a mark whose two entries differ, or on any mark of a statement that was returned.

    Args:
        session: the unit of work.
        statement_id: the statement.
        asked: the learner, the mark agreed on (one of the two or another), the version of the row.
        because: what was looked at, in words.
        reader: the third person.

    Returns:
        What became of it: `write`, `conflict`, `invalid`; `missing` where nothing differs.

    Raises:
        NotFound, ForeignStatement: as above.
        StatementRefused: with every reason.
    """
    entries, _standing = _begin(session, "agree", statement_id, reader)
    statement, book = entries.statement, get_book(session)
    row = next((one for one in entries.to_agree if str(one["person_id"]) == asked.key), None)
    verdict = judge_mark(
        asked,
        row,
        field="mark",
        is_open=True,
        letters=book.letters,
        rules=book.sets[statement.rule_set],
    )
    if verdict.state == "same":  # an empty mark is no agreement
        return Verdict(asked, "invalid", verdict.value, verdict.version, "not-a-mark")
    if verdict.state == "write":
        rows = entries.by_learner
        filling.write_marks(session, statement, rows, writes=[verdict], by=reader.person_id, because=because)
    return verdict


def _turn(session: Session, statement: AnyRow, **values: Any) -> None:
    session.execute(
        update(STATEMENT)
        .where(STATEMENT.c.id == statement.id)
        .values(version=STATEMENT.c.version + 1, **values)
    )


def _note(
    session: Session,
    statement: AnyRow,
    what: str,
    by: UUID,
    data: Mapping[str, Any],
    *,
    cells: Sequence[str] = (),
) -> None:
    told = {"number": wording.number_of(statement), **data}
    note(
        session,
        statement_id=statement.id,
        journal_id=statement.journal_id,
        what=what,
        actor=by,
        data=told,
        cells=cells,
    )
