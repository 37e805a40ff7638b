"""Books of the library stand against admission where the rule set says so."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from services.ejournal.tests.academy import LEARNER, WRITER
from services.ejournal.tests.helpers import changed
from sqlalchemy import text

from chassis import clock
from chassis.db import unit_of_work
from ejournal.admission import service as admission


def issued(person: UUID, due_on: str | None, loan: UUID | None = None) -> dict[str, Any]:
    return {
        "loan_id": str(loan or uuid4()), "copy_id": str(uuid4()), "barcode": "0000048213", "record_id": str(uuid4()),
        "title": "Қылмыстық құқық", "authors": [], "reader_id": str(person), "issued_at": "2026-09-02T06:00:00Z",
        "due_on": due_on,
    }  # fmt: skip


def returned(loan: dict[str, Any]) -> dict[str, Any]:
    names = ("loan_id", "copy_id", "barcode", "record_id", "reader_id")
    return {**{name: loan[name] for name in names}, "returned_at": "2026-10-02T06:00:00Z"}


@pytest.mark.parametrize(("parameter", "expected"), [("none", 0), ("overdue", 1), ("any", 2)])
def test_which_books_count(deliver, engine, parameter, expected) -> None:
    person, other = uuid4(), uuid4()
    today = clock.today()
    back = issued(person, "2020-01-01")
    for loan in (
        back,
        issued(person, "2020-01-01"),
        issued(person, today.isoformat()),
        issued(other, "2020-01-01"),
    ):
        deliver("library.book.issued.v1", loan)
    deliver("library.book.returned.v1", returned(back))
    deliver("library.book.issued.v1", back)
    with unit_of_work(engine) as session:
        found = admission.count_books(session, people=[person], rules=changed(library_debt=parameter))
    assert found == ({person: expected} if expected else {})


def test_a_renewed_book_is_not_overdue(deliver, engine) -> None:
    person, loan = uuid4(), uuid4()
    deliver("library.book.issued.v1", issued(person, "2020-01-01", loan))
    deliver("library.book.issued.v1", issued(person, "2999-01-01", loan))
    with unit_of_work(engine) as session:
        assert admission.count_books(session, people=[person], rules=changed(library_debt="overdue")) == {}


@pytest.fixture
def strict(academy, engine):
    """Beside the rule set in force, which never changes, stands one that looks at overdue books."""
    with unit_of_work(engine) as session:
        session.execute(
            text(
                "insert into rule_set (code, title, valid_from, valid_to, parameters, scale) "
                "select 'books', title, date '1990-01-01', date '1990-02-01', parameters || "
                """'{"library_debt": {"value": "overdue", "clause": "Order of the academy"}}', scale """
                "from rule_set where code = 'kz-mia-2016'"
            )
        )


def test_clause_11_the_learner_is_told_of_the_books(strict, academy, client, deliver, engine) -> None:
    academy.tell_all()
    with unit_of_work(engine) as session:
        session.execute(text("update journal set rule_set = 'books'"))
    teacher, learner = client(WRITER, academy.teacher), client(LEARNER, academy.learners[0])
    academy.fill(teacher, {(0, n): "80" for n in range(6)})
    for column in academy.columns:
        assert (
            teacher.post(
                f"/journal/api/v1/journals/{academy.journal}/columns/{column}/publish", json={}
            ).status_code
            == 200
        )
    path = f"/journal/my/{academy.journal}"
    assert "кітапханаға кітап қайтарылмаған" not in learner.get(path).get_data(as_text=True)
    loan = issued(academy.learners[0], "2020-01-01")
    deliver("library.book.issued.v1", loan)
    assert "кітапханаға кітап қайтарылмаған" in learner.get(path).get_data(as_text=True)
    assert learner.get(f"/journal/api/v1/my/{academy.journal}").get_json()["refusals"] == ["library-debt"]
    deliver("library.book.returned.v1", returned(loan))
    assert learner.get(f"/journal/api/v1/my/{academy.journal}").get_json()["refusals"] == []
