"""The home page: projections of what other services published, and reads composed of them (clause 4.2).

Reads are Core selects of the few rows a page shows, each written down once: to write it down costs as much as to ask it. Nothing
here commits.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from portal.base import Base
from portal.curricula.model import Discipline
from portal.groups.model import StudyGroup
from portal.home.model import Journal, Loan, Mark, MarkColumn, News, Result
from portal.teaching.model import Assignment
from portal.teaching.service import taught_by

# Core tables and one statement for all rows of a column: it is compiled once, not anew for every number of rows.
MARKS, RESULTS = Base.metadata.tables[Mark.__tablename__], Base.metadata.tables[Result.__tablename__]
FEEDS = ("ejournal/marks", "ejournal/statements", "library/lending", "website/publications")

LATEST = (
    select(
        Mark.value,
        Mark.changed_at,
        MarkColumn.journal_id,
        MarkColumn.kind,
        MarkColumn.day,
        MarkColumn.discipline_title,
        MarkColumn.letters[Mark.value].label("shown"),
        Result.rd,
        Result.admitted,
    )
    .join(MarkColumn, MarkColumn.id == Mark.column_id)
    .outerjoin(Result, (Result.journal_id == MarkColumn.journal_id) & (Result.person_id == Mark.person_id))
    .where(Mark.person_id == bindparam("person"))
    .order_by(Mark.changed_at.desc(), MarkColumn.day.desc())
    .limit(bindparam("most"))
)
LOANS = (
    select(Loan.id, Loan.title, Loan.authors, Loan.barcode, Loan.due_on)
    .where(Loan.reader_id == bindparam("person"), Loan.returned_at.is_(None))
    .order_by(Loan.due_on)
)
NEWS = (
    select(News.id, News.title, News.path, News.published_at)
    .where(News.published_at <= bindparam("now"))
    .order_by(News.published_at.desc())
    .limit(bindparam("most"))
)
JOURNALS = (
    select(
        Assignment.id,
        Journal.id.label("journal_id"),
        Discipline.title.label("discipline_title"),
        StudyGroup.code.label("group_code"),
    )
    .join(Discipline, Discipline.id == Assignment.discipline_id)
    .join(StudyGroup, StudyGroup.id == Assignment.group_id)
    .outerjoin(Journal, Journal.assignment_id == Assignment.id)
    .where(
        Assignment.period_id == bindparam("period"),
        Assignment.status == "active",
        taught_by(bindparam("person")),
    )
    .order_by(Discipline.sort_key, StudyGroup.sort_key)
)


def list_marks(*, session: Session, person_id: UUID, limit: int = 8) -> Sequence[AnyRow]:
    """Return a person's latest marks with their disciplines and dates, newest first."""
    return session.execute(LATEST, {"person": person_id, "most": limit}).all()


def list_loans(*, session: Session, person_id: UUID) -> Sequence[AnyRow]:
    """Return the books a person has on loan, the first due first."""
    return session.execute(LOANS, {"person": person_id}).all()


def list_news(*, session: Session, now: datetime, limit: int = 3) -> Sequence[AnyRow]:
    """Return the latest published news of the site."""
    return session.execute(NEWS, {"now": now, "most": limit}).all()


def list_journals(*, session: Session, person_id: UUID, period_id: UUID) -> Sequence[AnyRow]:
    """Return what a teacher teaches in a period, with the journal once it is open."""
    return session.execute(JOURNALS, {"person": person_id, "period": period_id}).all()


def record_journal(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep which journal belongs to an assignment."""
    values = {"id": UUID(data["journal_id"]), "assignment_id": UUID(data["assignment_id"])}
    session.execute(
        insert(Journal).values(values).on_conflict_do_update(index_elements=[Journal.id], set_=values)
    )


def record_column(*, session: Session, data: Mapping[str, Any], at: datetime) -> None:
    """Keep a published column as it is now: changed marks become new, marks that were taken back go."""
    column_id, journal_id = UUID(data["column_id"]), UUID(data["journal_id"])
    values = {
        "id": column_id,
        "journal_id": journal_id,
        "kind": data["kind"],
        "day": date.fromisoformat(data["date"]),
        "discipline_title": data["discipline_title"],
        "letters": data.get("letters", {}),
        "published_at": at,
    }
    session.execute(
        insert(MarkColumn).values(values).on_conflict_do_update(index_elements=[MarkColumn.id], set_=values)
    )
    marks = {UUID(mark["person_id"]): mark["value"] for mark in data["marks"] if mark["value"] is not None}
    session.execute(delete(Mark).where(Mark.column_id == column_id, Mark.person_id.not_in(marks)))
    rows = [
        {"column_id": column_id, "person_id": person, "value": value, "changed_at": at}
        for person, value in marks.items()
    ]
    if rows:
        statement = insert(MARKS)
        new = statement.excluded
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[MARKS.c.column_id, MARKS.c.person_id],
                set_={"value": new.value, "changed_at": new.changed_at},
                where=MARKS.c.value != new.value,
            ),
            rows,
        )
    _record_results(session, journal_id, data)


def _record_results(session: Session, journal_id: UUID, data: Mapping[str, Any]) -> None:
    rows = [
        {
            "journal_id": journal_id,
            "person_id": UUID(result["person_id"]),
            "discipline_title": data["discipline_title"],
            **{name: result.get(name) for name in ("p1", "p2", "rd", "admitted")},
        }
        for result in data.get("results", ())
    ]
    if rows:
        statement = insert(RESULTS)
        new = {name: statement.excluded[name] for name in ("p1", "p2", "rd", "admitted", "discipline_title")}
        keys = [RESULTS.c.journal_id, RESULTS.c.person_id]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)


def record_loan(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep a book as being on loan."""
    values = {
        "id": UUID(data["loan_id"]),
        "reader_id": UUID(data["reader_id"]),
        "title": data["title"],
        "authors": list(data.get("authors") or ()),
        "barcode": data["barcode"],
        "due_on": date.fromisoformat(data["due_on"]) if data.get("due_on") else None,
    }
    session.execute(insert(Loan).values(values).on_conflict_do_update(index_elements=[Loan.id], set_=values))


def record_return(*, session: Session, data: Mapping[str, Any]) -> None:
    """Take a returned book off the list; the first return counts."""
    moment = datetime.fromisoformat(data["returned_at"])
    statement = update(Loan).where(Loan.id == UUID(data["loan_id"]))
    session.execute(statement.values(returned_at=func.coalesce(Loan.returned_at, moment)))


def record_news(*, session: Session, data: Mapping[str, Any]) -> None:
    """Keep a piece of news; other items of the site do not stand on the home page."""
    if data["section"] != "news":
        return
    values = {
        "id": UUID(data["item_id"]),
        "title": data["title"],
        "path": data["path"],
        "published_at": datetime.fromisoformat(data["publish_at"]),
    }
    session.execute(insert(News).values(values).on_conflict_do_update(index_elements=[News.id], set_=values))
