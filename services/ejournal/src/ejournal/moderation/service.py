"""Remarks, returned columns, and what was found unusual. Nothing here writes a mark."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid, NotFound
from ejournal.control.service import get_book
from ejournal.integrity import service as integrity
from ejournal.journal import service as journals
from ejournal.journal.model import CELL_CHANGE, COLUMN, JOURNAL
from ejournal.journal.remarks_model import Remark
from ejournal.journal.service import Reader
from ejournal.moderation.model import Explained
from ejournal.moderation.problems import AlreadyAnswered
from ejournal.moderation.rules_unusual import Change, Finding, unusual
from ejournal.windows import service as windows

MOST_CHANGES = 20_000


def remark(session: Session, *, journal_id: UUID, data: Mapping[str, Any], reader: Reader) -> Remark:
    """Make a remark on a journal or a column; with a day the column is returned: it takes marks until then.

    Args:
        session: the unit of work.
        journal_id: the journal.
        data: `words`, `column_id` or None, `until` or None.
        reader: who moderates, and where.

    Raises:
        NotFound, ForeignJournal: no such journal or column; it is not in the moderator's scope.
        Invalid: a day without a column, or a term that is no term.
    """
    head = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    column_id, until = data["column_id"], data["until"]
    if column_id is not None:
        journals.get_column_or_raise(head, column_id)
    if until is not None:
        _return(session, head, column_id, until)
    made = Remark(
        journal_id=journal_id,
        column_id=column_id,
        words=data["words"],
        returned_until=until,
        made_by=reader.person_id,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    told = {"column": str(column_id) if column_id else None, "until": until.isoformat() if until else None}
    _note(session, made, "made", reader.person_id, told | {"words": made.words})
    return made


def _return(session: Session, head: AnyRow, column_id: UUID | None, until: date) -> None:
    if column_id is None:
        raise Invalid(errors=[FieldError("/column_id", _("Choose the column that is returned."))])
    windows.check_term(session, until)
    windows.open_columns(session, journal_id=head.id, ids=[column_id], until=until)


def answer(session: Session, *, id: UUID, version: int, answer: str, reader: Reader) -> Remark:
    """Answer a remark as a teacher of its journal.

    Raises:
        NotFound, ForeignJournal: no such remark; the journal is another teacher's.
        AlreadyAnswered, Conflict: a colleague was faster.
    """
    found = session.get(Remark, id)
    if found is None:
        raise NotFound
    journals.get_or_raise(session, journal_id=found.journal_id, reader=reader, lock=True)
    session.refresh(found, with_for_update=ROW_LOCK)
    if found.answered_by is not None:
        raise AlreadyAnswered
    check_version(found, version)
    found.answer, found.answered_by, found.answered_at = answer, reader.person_id, clock.now()
    session.flush()
    _note(session, found, "answered", reader.person_id, {"answer": answer})
    return found


def _note(session: Session, made: Remark, act: str, by: UUID, told: dict[str, Any]) -> None:
    """Leave a row in the audit and an entry in the stream, and let the kept page of the journal be made anew."""
    turned = update(JOURNAL).where(JOURNAL.c.id == made.journal_id)
    session.execute(turned.values(revision=JOURNAL.c.revision + 1))
    audit(
        session,
        act=f"ejournal.remark.{act}",
        subject=f"journal:{made.journal_id}",
        actor=by,
        after=told,
        basis=made.words,
    )
    data = {"remark": str(made.id), **told}
    integrity.append(session, journal_id=made.journal_id, kind=f"remark.{act}", data=data, actor=by)


def list_remarks(session: Session, *, journal_id: UUID) -> Sequence[Remark]:
    """List every remark of a journal, the latest first."""
    query = select(Remark).where(Remark.journal_id == journal_id).order_by(Remark.made_at.desc())
    return session.scalars(query).all()


def find_unusual(session: Session, *, head: AnyRow) -> list[tuple[Finding, str | None]]:
    """Find what is unusual in a journal, each with the words by which it was explained, if it was."""
    rules = get_book(session).sets.get(head.rule_set)
    thresholds = sorted({int(rules.parameters.admit_min), int(rules.parameters.exam_pass)}) if rules else []
    rows = {
        str(row.person_id): {
            column: int(cell[0]) for column, cell in row.cells.items() if (cell[0] or "").isdigit()
        }
        for row in journals.list_rows(session, journal_id=head.id)
    }
    known = select(Explained.key, Explained.words).where(Explained.journal_id == head.id)
    explained = dict(session.execute(known).all())
    found = unusual(rows, _changes(session, head.id), thresholds)
    return sorted(
        ((finding, explained.get(finding.key)) for finding in found), key=lambda one: one[1] is not None
    )


def people_of(found: Sequence[tuple[Finding, str | None]]) -> set[UUID]:
    """Give the people findings speak of."""
    told = [finding.params for finding, _words in found]
    single = [params[name] for params in told for name in ("by", "person") if name in params]
    return {
        UUID(person) for person in [*single, *(one for params in told for one in params.get("people", ()))]
    }


def _changes(session: Session, journal_id: UUID) -> list[Change]:
    query = (
        select(CELL_CHANGE, COLUMN.c.date)
        .join(COLUMN, COLUMN.c.id == CELL_CHANGE.c.column_id)
        .where(CELL_CHANGE.c.journal_id == journal_id)
        .order_by(CELL_CHANGE.c.number.desc())
        .limit(MOST_CHANGES)
    )
    return [
        Change(
            person=str(row.person_id),
            column=str(row.column_id),
            old=_number(row.old_value),
            new=_number(row.new_value),
            by=str(row.changed_by),
            at=row.changed_at.astimezone(clock.ACADEMY),
            day=row.date,
        )
        for row in session.execute(query)
    ]


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() else None


def explain(session: Session, *, journal_id: UUID, key: str, words: str, reader: Reader) -> None:
    """Note that something found is explained and not unusual; said again, the later words stand.

    Raises:
        NotFound, ForeignJournal: no such journal, or not in the moderator's scope.
    """
    journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    values = {"words": words, "explained_by": reader.person_id, "explained_at": clock.now()}
    statement = insert(Explained).values(journal_id=journal_id, key=key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["journal_id", "key"], set_=values))
    audit(
        session,
        act="ejournal.unusual.explained",
        subject=f"journal:{journal_id}",
        actor=reader.person_id,
        after={"key": key},
        basis=words,
    )
