"""Books of the library that admission looks at, where the rule set says so."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from ejournal.admission.model import LOAN
from ejournal.control.rules_sets import RuleSet


def keep_loan(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep a book as being on loan, also with a new day of return."""
    values = {
        "loan_id": UUID(data["loan_id"]),
        "reader_id": UUID(data["reader_id"]),
        "title": data["title"],
        "due_on": date.fromisoformat(data["due_on"]) if data.get("due_on") else None,
    }
    session.execute(
        insert(LOAN).values(values).on_conflict_do_update(index_elements=[LOAN.c.loan_id], set_=values)
    )


def keep_return(session: Session, *, data: Mapping[str, Any]) -> None:
    """Keep that a book is back; the first return counts."""
    moment = datetime.fromisoformat(data["returned_at"])
    statement = update(LOAN).where(LOAN.c.loan_id == UUID(data["loan_id"]))
    session.execute(statement.values(returned_at=func.coalesce(LOAN.c.returned_at, moment)))


def count_books(session: Session, *, people: Collection[UUID], rules: RuleSet) -> Mapping[UUID, int]:
    """Count the books that stand against the admission of learners.

    Args:
        session: the unit of work.
        people: the learners.
        rules: `library_debt` says what counts: nothing, overdue books, or any that is not returned.

    Returns:
        Numbers by learner; who has none is left out.
    """
    if rules.parameters.library_debt == "none":
        return {}
    query = select(LOAN.c.reader_id, func.count().label("books")).where(
        LOAN.c.reader_id.in_(list(people)), LOAN.c.returned_at.is_(None)
    )
    if rules.parameters.library_debt == "overdue":
        query = query.where(LOAN.c.due_on < clock.today())
    rows = session.execute(query.group_by(LOAN.c.reader_id))
    return {row.reader_id: row.books for row in rows}
