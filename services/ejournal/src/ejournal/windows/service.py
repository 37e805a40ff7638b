"""Reopen what the calendar has closed: a teacher asks, another person grants or refuses, it closes by itself at its term."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid, NotFound
from ejournal.integrity import service as integrity
from ejournal.journal import service as journals
from ejournal.journal import windows
from ejournal.journal.columns import read_columns
from ejournal.journal.model import COLUMN, JOURNAL, TEACHER
from ejournal.journal.problems import JournalClosed
from ejournal.journal.service import Reader
from ejournal.teaching.model import DISCIPLINE, GROUP, PERSON
from ejournal.windows import rules
from ejournal.windows.model import Reopening
from ejournal.windows.problems import AlreadyAsked, AlreadyDecided, OwnRequest, TakesMarks

ASKER = aliased(PERSON)
DECIDER = aliased(PERSON)
LINES = (
    select(
        *Reopening.__table__.columns,
        COLUMN.c.kind,
        COLUMN.c.lesson_kind,
        COLUMN.c.date,
        DISCIPLINE.c.title.label("discipline"),
        GROUP.c.code.label("group"),
        ASKER.c.family_name.label("asker_family"),
        ASKER.c.given_name.label("asker_given"),
        ASKER.c.patronymic.label("asker_patronymic"),
        DECIDER.c.family_name.label("decider_family"),
        DECIDER.c.given_name.label("decider_given"),
        DECIDER.c.patronymic.label("decider_patronymic"),
    )
    .join(COLUMN, COLUMN.c.id == Reopening.column_id)
    .join(JOURNAL, JOURNAL.c.id == Reopening.journal_id)
    .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
    .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    .outerjoin(ASKER, ASKER.c.person_id == Reopening.asked_by)
    .outerjoin(DECIDER, DECIDER.c.person_id == Reopening.decided_by)
)


def list_query(*, reader: Reader, state: str = "") -> Select[Any]:
    """Make the query of the requests on journals in the reader's scope: those to decide first, then the latest."""
    query = LINES.where(journals.within(reader))
    if state:
        query = query.where(Reopening.state == state)
    return query.order_by(Reopening.state != "asked", Reopening.asked_at.desc(), Reopening.id)


def list_of_journal(session: Session, *, journal_id: UUID) -> list[AnyRow]:
    """List all requests of a journal, the latest first."""
    query = LINES.where(Reopening.journal_id == journal_id).order_by(Reopening.asked_at.desc())
    return list(session.execute(query).all())


def ask(session: Session, *, journal_id: UUID, data: Mapping[str, Any], reader: Reader) -> Reopening:
    """Ask for a closed column, or for the whole week of it.

    Args:
        session: the unit of work.
        journal_id: the journal.
        data: `column_id`, `whole_week`, `reason`, `until`.
        reader: who asks, and where this person may write.

    Raises:
        NotFound, ForeignJournal: no such journal or column; the journal is another teacher's (clause 12).
        JournalClosed: the journal takes no marks at all.
        TakesMarks: the column is open today.
        AlreadyAsked: a request for it is still to be decided.
        Invalid: the term is in the past or longer than the institution allows.
    """
    head = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    column = journals.get_column_or_raise(head, data["column_id"])
    if head.status != "active" or head.frozen_at is not None:
        raise JournalClosed
    if column["id"] not in windows.closed_today(session, head):
        raise TakesMarks
    check_term(session, data["until"])
    still_open = (Reopening.column_id == data["column_id"]) & (Reopening.state == "asked")
    if session.scalar(select(Reopening.id).where(still_open)):
        raise AlreadyAsked
    made = Reopening(
        journal_id=journal_id, state="asked", asked_by=reader.person_id, asked_at=clock.now(), **data
    )
    session.add(made)
    session.flush()
    _note(session, made, "asked", reader.person_id)
    return made


def check_term(session: Session, until: date) -> None:
    """Refuse a term in the past or longer than the institution allows, at the field `until`.

    Raises:
        Invalid: as said.
    """
    policy, today = windows.get_policy(session), clock.today()
    words = {
        "past": _("The term is in the past."),
        "too-long": _(
            "The term may last until %(day)s at most.", day=format_date(rules.last_day(today, policy))
        ),
    }
    if fault := rules.term_fault(until, today=today, policy=policy):
        raise Invalid(errors=[FieldError("/until", words[fault])])


def grant(session: Session, *, id: UUID, version: int, note: str, reader: Reader) -> Reopening:
    """Grant a request: its columns take marks until the end of its term.

    Raises:
        NotFound, ForeignJournal: no such request; its journal is not in the decider's scope.
        AlreadyDecided, Conflict: somebody was faster.
        OwnRequest: the decider asked, or teaches in this journal.
    """
    request, head = _to_decide(session, id, version, reader)
    if request.until < clock.today():
        raise AlreadyDecided(_("The term asked for is over: the teacher may ask again."))
    column = journals.get_column_or_raise(head, request.column_id)
    ids = [UUID(one) for one in rules.opened_columns(head.columns, column, whole_week=request.whole_week)]
    open_columns(session, journal_id=head.id, ids=ids, until=request.until)
    return _decide(session, request, "granted", note, reader.person_id)


def open_columns(session: Session, *, journal_id: UUID, ids: Sequence[UUID], until: date) -> None:
    """Let columns take marks until the end of a day; the caller holds the journal's lock and has checked who may."""
    session.execute(
        update(COLUMN)
        .where(COLUMN.c.id.in_(ids))
        .values(reopened_until=func.greatest(COLUMN.c.reopened_until, until))
    )
    columns = read_columns(session, journal_id=journal_id)
    changed = {"columns": columns, "revision": JOURNAL.c.revision + 1}
    session.execute(update(JOURNAL).where(JOURNAL.c.id == journal_id).values(**changed))


def refuse(session: Session, *, id: UUID, version: int, note: str, reader: Reader) -> Reopening:
    """Refuse a request, with the reason in words.

    Raises:
        NotFound, ForeignJournal, AlreadyDecided, Conflict, OwnRequest: as in `grant`.
    """
    request, _head = _to_decide(session, id, version, reader)
    return _decide(session, request, "refused", note, reader.person_id)


def withdraw(session: Session, *, id: UUID, version: int, reader: Reader) -> Reopening:
    """Take back one's own request.

    Raises:
        NotFound: no such request, or another person's.
        AlreadyDecided, Conflict: somebody was faster.
    """
    request = _open_or_raise(session, id, version, asked_by=reader.person_id)
    request.state = "withdrawn"
    session.flush()
    _note(session, request, "withdrawn", reader.person_id)
    return request


def _open_or_raise(session: Session, id: UUID, version: int, asked_by: UUID | None = None) -> Reopening:
    request = session.get(Reopening, id, with_for_update=ROW_LOCK)
    if request is None or (asked_by and request.asked_by != asked_by):
        raise NotFound
    if request.state != "asked":
        raise AlreadyDecided
    check_version(request, version)
    return request


def _to_decide(session: Session, id: UUID, version: int, reader: Reader) -> tuple[Reopening, AnyRow]:
    journal_id = session.scalar(select(Reopening.journal_id).where(Reopening.id == id))
    if journal_id is None:
        raise NotFound
    head = journals.get_or_raise(session, journal_id=journal_id, reader=reader, lock=True)
    request = _open_or_raise(session, id, version)
    own: ColumnElement[bool] = (TEACHER.c.journal_id == head.id) & (TEACHER.c.person_id == reader.person_id)
    if request.asked_by == reader.person_id or session.scalar(select(TEACHER.c.journal_id).where(own)):
        raise OwnRequest
    return request, head


def _decide(session: Session, request: Reopening, state: str, note: str, by: UUID) -> Reopening:
    request.state, request.note, request.decided_by, request.decided_at = state, note, by, clock.now()
    session.flush()
    _note(session, request, state, by)
    return request


def _note(session: Session, request: Reopening, act: str, by: UUID) -> None:
    """Leave a row in the audit and an entry in the journal's stream."""
    told = {
        "column": str(request.column_id),
        "whole_week": request.whole_week,
        "until": request.until.isoformat(),
        "note": request.note,
    }
    audit(
        session,
        act=f"ejournal.reopening.{act}",
        subject=f"journal:{request.journal_id}",
        actor=by,
        before=None if act == "asked" else {"state": "asked"},
        after=told | {"state": request.state},
        basis=request.reason,
    )
    data = {"request": str(request.id), **told}
    integrity.append(session, journal_id=request.journal_id, kind=f"reopening.{act}", data=data, actor=by)
