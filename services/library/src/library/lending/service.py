"""Use cases of lending: issue and return by barcode, what a reader has."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, new_id
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.outbox import record as record_event
from chassis.problems import Conflict, NotFound
from library.acquisition.model import Copy
from library.cataloguing.model import Record
from library.lending.model import LendingNorm, Loan
from library.lending.rules import Norm, Request, due_on, moment_after, refusals
from library.readers.model import Reader

FEED = "library/lending"

REFUSAL_TEXTS = {
    "reader_not_active": _l("the reader is blocked or has left"),
    "copy_withdrawn": _l("the copy has been withdrawn from the holdings"),
    "no_norm": _l("no lending norm is in force for this category of readers"),
    "too_many_loans": _l("the reader already has as many copies as the norm allows"),
    "has_overdue": _l("the reader has overdue copies"),
}


class CopyNotFound(NotFound):
    """No copy has this barcode."""

    code = "library.copy-not-found"
    title = _l("No copy has this barcode")


class IssueRefused(Conflict):
    """The norms speak against the issue; `detail` names every reason."""

    code = "library.issue-refused"
    title = _l("The copy cannot be issued")


class CopyOnLoan(Conflict):
    """Another reader, or this one, has the copy already."""

    code = "library.copy-on-loan"
    title = _l("This copy is already on loan")


class NotOnLoan(Conflict):
    """Nobody has the copy."""

    code = "library.not-on-loan"
    title = _l("This copy is not on loan")


def issue(session: Session, *, barcode: str, reader_id: UUID, by: UUID, today: date, now: datetime) -> Loan:
    """Issue a copy to a reader.

    The reader's row is locked before the limits are checked; two desks with one copy meet at the unique index of open loans.

    Args:
        session: unit of work.
        barcode: of the copy, as scanned.
        reader_id: the person.
        by: librarian.
        today: date of issue in the academy's time zone.
        now: present moment.

    Returns:
        The open loan.

    Raises:
        CopyNotFound: no copy has the barcode.
        IssueRefused: with every reason.
        CopyOnLoan: the copy is out; `detail` says with whom and until when.
    """
    copy = _copy_or_raise(session, barcode)
    reader = session.get_one(Reader, reader_id, with_for_update=ROW_LOCK)
    request = _request(session, reader=reader, copy=copy, today=today)
    against = refusals(request)
    if against or request.norm is None:
        raise IssueRefused(detail="; ".join(str(REFUSAL_TEXTS[name]) for name in against))
    loan = Loan(
        id=new_id(),
        copy_id=copy.id,
        reader_id=reader_id,
        issued_at=moment_after(_last_return(session, copy), now),
        issued_by=by,
        due_on=due_on(today, request.norm),
    )
    try:
        with session.begin_nested():
            session.add(loan)
            session.flush()
    except IntegrityError as error:
        raise _on_loan(session, copy) from error
    _tell_issued(session, loan=loan, copy=copy)
    audit(
        session,
        act="library.book.issued",
        subject=str(loan.id),
        after={"barcode": copy.barcode},
        actor=str(by),
    )
    return loan


def _last_return(session: Session, copy: Copy) -> datetime | None:
    return session.scalar(select(func.max(Loan.returned_at)).where(Loan.copy_id == copy.id))


def _copy_or_raise(session: Session, barcode: str) -> Copy:
    copy = session.scalar(select(Copy).where(Copy.barcode == barcode.strip().upper()))
    if copy is None:
        raise CopyNotFound
    return copy


def _request(session: Session, *, reader: Reader, copy: Copy, today: date) -> Request:
    open_loans = select(func.count(), func.count().filter(Loan.due_on < today)).where(
        Loan.reader_id == reader.person_id, Loan.returned_at.is_(None)
    )
    total, overdue = session.execute(open_loans).one()
    return Request(
        reader_status=reader.status,
        copy_state=copy.state,
        open_loans=total,
        overdue_loans=overdue,
        norm=norm_in_force(session, category=reader.category, on=today),
        on=today,
    )


def norm_in_force(session: Session, *, category: str, on: date) -> Norm | None:
    """Give the norm of a category of readers in force on a day, if there is one."""
    row = session.execute(
        select(LendingNorm.copies, LendingNorm.days)
        .where(LendingNorm.category == category, LendingNorm.valid_from <= on)
        .order_by(LendingNorm.valid_from.desc())
        .limit(1)
    ).first()
    return Norm(row.copies, row.days) if row else None


def _on_loan(session: Session, copy: Copy) -> CopyOnLoan:
    holder = session.execute(
        select(Reader.name, Loan.due_on)
        .join(Loan, Loan.reader_id == Reader.person_id)
        .where(Loan.copy_id == copy.id, Loan.returned_at.is_(None))
    ).first()
    if holder is None:
        return CopyOnLoan()
    return CopyOnLoan(
        detail=_("%(reader)s has it until %(date)s", reader=holder.name, date=format_date(holder.due_on))
    )


def _tell_issued(session: Session, *, loan: Loan, copy: Copy) -> None:
    title, authors = session.execute(
        select(Record.title, Record.authors).where(Record.id == copy.record_id)
    ).one()
    data = {
        **_loan_data(loan, copy),
        "title": title,
        "authors": authors,
        "issued_at": loan.issued_at.isoformat(),
        "due_on": loan.due_on.isoformat(),
    }
    record_event(
        session, "library.book.issued.v1", feed=FEED, subject=str(loan.id), data=data, subject_version=1
    )


def _loan_data(loan: Loan, copy: Copy) -> dict[str, str]:
    return {
        "loan_id": str(loan.id),
        "copy_id": str(copy.id),
        "barcode": copy.barcode,
        "record_id": str(copy.record_id),
        "reader_id": str(loan.reader_id),
    }


def give_back(session: Session, *, barcode: str, by: UUID, now: datetime) -> Loan:
    """Take a copy back.

    Args:
        session: unit of work.
        barcode: of the copy, as scanned.
        by: librarian.
        now: present moment.

    Returns:
        The closed loan.

    Raises:
        CopyNotFound: no copy has the barcode.
        NotOnLoan: the copy is not out.
    """
    copy = _copy_or_raise(session, barcode)
    loan = session.scalar(
        select(Loan)
        .where(Loan.copy_id == copy.id, Loan.returned_at.is_(None))
        .with_for_update(key_share=True)
    )
    if loan is None:
        raise NotOnLoan
    returned_at = moment_after(loan.issued_at, now)
    loan.returned_at, loan.returned_by = returned_at, by
    session.flush()
    data = _loan_data(loan, copy) | {"returned_at": returned_at.isoformat()}
    record_event(
        session, "library.book.returned.v1", feed=FEED, subject=str(loan.id), data=data, subject_version=2
    )
    audit(
        session,
        act="library.book.returned",
        subject=str(loan.id),
        after={"barcode": copy.barcode},
        actor=str(by),
    )
    return loan


def _loans() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Loan.id,
            Loan.issued_at,
            Loan.due_on,
            Loan.returned_at,
            Copy.barcode,
            Copy.record_id,
            Record.title,
            Record.authors,
        )
        .join(Copy, Copy.id == Loan.copy_id)
        .join(Record, Record.id == Copy.record_id)
    )


def list_open_loans(session: Session, *, reader_id: UUID) -> Sequence[AnyRow]:
    """List what a reader has, the soonest due first."""
    statement = (
        _loans().where(Loan.reader_id == reader_id, Loan.returned_at.is_(None)).order_by(Loan.due_on, Loan.id)
    )
    return session.execute(statement).all()


def list_past_loans(session: Session, *, reader_id: UUID, limit: int = 50) -> Sequence[AnyRow]:
    """List what a reader has returned, the latest first."""
    statement = _loans().where(Loan.reader_id == reader_id, Loan.returned_at.is_not(None))
    return session.execute(statement.order_by(Loan.returned_at.desc()).limit(limit)).all()
