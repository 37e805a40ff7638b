"""Attempts: recorded from accepted statements, kept for good, superseded by a rectification only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from services.ejournal.tests.attestation.acts import accept, taken
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.problems import NotFound
from ejournal.attestation.model import ATTEMPT
from ejournal.attestation.problems import RulesUnknown
from ejournal.attestation.rules import free_number
from ejournal.attestation.service import supersede_attempts


def attempts(session: Any, person: UUID) -> Sequence[Any]:
    query = select(ATTEMPT).where(ATTEMPT.c.person_id == person).order_by(ATTEMPT.c.accepted_at, ATTEMPT.c.id)
    return session.execute(query).all()


@pytest.fixture
def journal(academy, session) -> UUID:
    return academy.tell_all().journal


def test_clause_4_7_example_5_both_attempts_are_kept(academy, journal, session) -> None:
    person = academy.learners[0]
    accept(session, journal, "exam", taken(person, "78", 43))
    accept(session, journal, "retake", taken(person, "78", 43, 57))
    told = [
        (a.number, a.kind, a.exam, a.state, a.final, a.letter, a.traditional)
        for a in attempts(session, person)
    ]
    assert told == [
        (1, "exam", "43", "retake", None, "FX", "unsatisfactory"),
        (2, "retake", "57", "passed", 70, "C+", "good"),
    ]
    assert {a.rule_set for a in attempts(session, person)} == {"kz-mia-2016"}


def test_a_rectification_supersedes_and_takes_the_number(academy, journal, session) -> None:
    person, other = academy.learners[:2]
    first = accept(session, journal, "exam", taken(person, "78", 43), taken(other, "90", 90))
    accept(session, journal, "retake", taken(person, "78", 43, 57))
    supersede_attempts(session, statement_id=first)
    accept(session, journal, "exam", taken(person, "78", 45), taken(other, "90", 95))
    assert sorted((a.number, a.exam, a.superseded_at is None) for a in attempts(session, person)) == [
        (1, "43", False), (1, "45", True), (2, "57", True),
    ]  # fmt: skip
    assert [(a.number, a.final, a.superseded_at is None) for a in attempts(session, other)] == [
        (1, 90, False), (1, 92, True),
    ]  # fmt: skip
    supersede_attempts(session, statement_id=uuid4())


def test_coursework_is_numbered_on_its_own(academy, journal, session) -> None:
    person = academy.learners[0]
    accept(session, journal, "coursework", taken(person, "80", 80))
    accept(session, journal, "exam", taken(person, "80", 80))
    assert [a.number for a in attempts(session, person)] == [1, 1]


def test_not_admitted_has_no_letter_until_the_period_closes(academy, journal, session) -> None:
    accept(session, journal, "exam", taken(academy.learners[0], "49"))
    [row] = attempts(session, academy.learners[0])
    assert (row.state, row.final, row.letter, row.exam) == ("not_admitted", None, None, None)


def test_a_statement_gives_a_learner_one_attempt(academy, journal, session) -> None:
    row = taken(academy.learners[0], "80", 80)
    with pytest.raises(IntegrityError):
        accept(session, journal, "exam", row, row)


def test_who_is_not_in_the_journal_has_no_attempt(journal, session) -> None:
    with pytest.raises(IntegrityError):
        accept(session, journal, "exam", taken(uuid4(), "80", 80))


def test_unknown_journals_and_rules_are_refused(academy, session) -> None:
    with pytest.raises(NotFound):
        accept(session, uuid4(), "exam")
    academy.tell_people()
    academy.tell_group()
    academy.tell_assignment()
    with pytest.raises(RulesUnknown):
        accept(session, academy.journal, "exam", taken(academy.learners[0], "80", 80))


@pytest.mark.parametrize(
    "change",
    [
        update(ATTEMPT).values(final=100),
        update(ATTEMPT).values(letter="A", points=4, traditional="excellent"),
        update(ATTEMPT).values(superseded_at=None),
        delete(ATTEMPT),
    ],
)
def test_clause_4_7_nobody_rewrites_an_attempt(academy, journal, session, change) -> None:
    statement = accept(session, journal, "exam", taken(academy.learners[0], "80", 80))
    supersede_attempts(session, statement_id=statement)
    with pytest.raises(DBAPIError, match=r"kept as it was accepted|only"):
        session.execute(change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"final": None},
        {"final": 101},
        {"number": 0},
        {"kind": "quiz"},
        {"state": "lost"},
        {"letter": None},
        {"points": 5},
        {"state": "failed"},
    ],
)
def test_the_database_refuses_what_is_no_attempt(academy, journal, session, wrong) -> None:
    accept(session, journal, "exam", taken(academy.learners[0], "80", 80))
    [row] = attempts(session, academy.learners[0])
    values = {**row._mapping, "id": uuid4(), "statement_id": uuid4(), "number": 2} | wrong
    with pytest.raises(IntegrityError):
        session.execute(ATTEMPT.insert().values(values))


@pytest.mark.unit
@pytest.mark.parametrize(("used", "expected"), [((), 1), ((1,), 2), ({2}, 1), ({1, 2, 4}, 3)])
def test_the_least_free_number(used: Any, expected: int) -> None:
    assert free_number(used) == expected
