"""clause_17_7: issue and return; one open loan per copy whatever two desks do at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import close_session, unit_of_work
from chassis.outbox import pending
from library.acquisition.model import Copy
from library.lending.model import Loan
from library.lending.service import (
    CopyNotFound,
    CopyOnLoan,
    IssueRefused,
    NotOnLoan,
    give_back,
    issue,
    list_open_loans,
    list_past_loans,
)

DESK = UUID("00000000-0000-4000-8000-00000000000b")
TODAY = date(2026, 11, 23)
Readers = Callable[..., UUID]
Copies = Callable[[int], list[Copy]]


def issue_to(session: Session, copy: Copy, reader_id: UUID, today: date = TODAY) -> Loan:
    return issue(session, barcode=copy.barcode, reader_id=reader_id, by=DESK, today=today, now=clock.now())


def test_a_copy_is_issued_shown_and_returned(session: Session, copies: Copies, reader: Readers) -> None:
    (copy,) = copies(1)
    person = reader()
    loan = issue_to(session, copy, person)
    assert loan.due_on == TODAY + timedelta(days=14)
    assert [row.barcode for row in list_open_loans(session, reader_id=person)] == [copy.barcode]
    give_back(session, barcode=copy.barcode.lower(), by=DESK, now=clock.now())
    assert list_open_loans(session, reader_id=person) == []
    assert [row.barcode for row in list_past_loans(session, reader_id=person)] == [copy.barcode]
    types = [row["type"] for row in pending(session)]
    assert types[-2:] == ["library.book.issued.v1", "library.book.returned.v1"]


def test_a_clock_that_ran_ahead_keeps_no_book_out_and_puts_no_loan_into_another(
    session: Session, copies: Copies, reader: Readers
) -> None:
    (copy,), person, now = copies(1), reader(), clock.now()
    ahead, behind = now + timedelta(hours=1), now - timedelta(hours=1)
    for issued, returned in ((ahead, now), (behind, behind), (now, ahead)):
        issue(session, barcode=copy.barcode, reader_id=person, by=DESK, today=TODAY, now=issued)
        give_back(session, barcode=copy.barcode, by=DESK, now=returned)
    loans = session.scalars(select(Loan).order_by(Loan.issued_at)).all()
    times = [moment for loan in loans for moment in (loan.issued_at, loan.returned_at)]
    assert len(times) == 6
    assert times == sorted(set(times))
    told = [row["data"].get("returned_at") for row in pending(session) if row["type"].endswith("returned.v1")]
    assert told == [loan.returned_at.isoformat() for loan in loans if loan.returned_at]


def test_the_second_desk_is_told_who_has_it(session: Session, copies: Copies, reader: Readers) -> None:
    (copy,) = copies(1)
    issue_to(session, copy, reader())
    with pytest.raises(CopyOnLoan) as refusal:
        issue_to(session, copy, reader(family_name="Ким", given_name="Тимур", patronymic=None))
    assert "Қасымова Жансая Ержанқызы" in str(refusal.value.detail)
    assert session.scalar(select(func.count()).select_from(Loan)) == 1


def test_every_reason_is_named(session: Session, copies: Copies, reader: Readers) -> None:
    first, second = copies(2)
    person = reader()
    issue_to(session, first, person, today=TODAY - timedelta(days=100))
    with pytest.raises(IssueRefused) as refusal:
        issue_to(session, second, person)
    assert str(refusal.value.detail)
    blocked = reader(status="blocked")
    with pytest.raises(IssueRefused):
        issue_to(session, second, blocked)


def test_unknown_and_free_copies(session: Session, copies: Copies, reader: Readers) -> None:
    (copy,) = copies(1)
    with pytest.raises(CopyNotFound):
        issue(session, barcode="L99999999", reader_id=reader(), by=DESK, today=TODAY, now=clock.now())
    with pytest.raises(NotOnLoan):
        give_back(session, barcode=copy.barcode, by=DESK, now=clock.now())


def test_sixteen_desks_one_copy(engine: Engine, session: Session, copies: Copies, reader: Readers) -> None:
    (copy,) = copies(1)
    barcode, readers = copy.barcode, [reader(number=f"N{n}") for n in range(16)]
    close_session(session, keep=True)
    start = Barrier(8)

    def desk(person: UUID) -> str:
        start.wait(timeout=30)
        try:
            with unit_of_work(engine) as own:
                issue(own, barcode=barcode, reader_id=person, by=DESK, today=TODAY, now=clock.now())
        except CopyOnLoan:
            return "refused"
        return "issued"

    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(desk, readers))
    assert sorted(set(answers)) == ["issued", "refused"]
    assert answers.count("issued") == 1
    assert session.scalar(select(func.count()).select_from(Loan)) == 1


def test_a_reader_nobody_knows_is_an_error(session: Session, copies: Copies) -> None:
    (copy,) = copies(1)
    with pytest.raises(Exception, match="No row was found"):
        issue_to(session, copy, uuid4())
