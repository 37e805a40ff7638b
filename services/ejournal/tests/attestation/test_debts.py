"""Debts: opened by what failed, closed by what passed, told to the other services."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.ejournal.tests.attestation.acts import Desk
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.db import unit_of_work
from ejournal.attestation.model import DEBT
from ejournal.attestation.rules_debts import FAILING, owed

STATEMENTS = "ejournal/statements"


@pytest.fixture
def told(feed_events):
    """What the feed told of debts: type and the part of the data that matters."""

    def read():
        events = [e for e in feed_events(STATEMENTS) if e.type.startswith("ejournal.debt.")]
        return [
            (
                e.type.split(".")[2],
                e.data.get("reason") or e.data["closed_by"],
                e.data["person_id"],
                e.subject_version,
            )
            for e in events
        ]

    return read


def debts(academy):
    with unit_of_work(academy.engine) as session:
        rows = session.execute(select(DEBT).order_by(DEBT.c.opened_at)).all()
    places = {person: n for n, person in enumerate(academy.learners)}
    return [(places[row.person_id], row.reason, row.closed_by) for row in rows]


def test_clause_4_7_example_7_not_admitted_is_a_debt(academy, desk, told) -> None:
    desk.accept({0: ("49",), 1: ("80", 80)})
    assert debts(academy) == [(0, "not_admitted", None)]
    assert told() == [("opened", "not_admitted", str(academy.learners[0]), 1)]


def test_clause_4_7_example_5_a_retake_that_passes_closes_the_debt(academy, desk, told) -> None:
    person = str(academy.learners[0])
    desk.accept({0: ("78", 43)})
    desk.accept({0: ("78", 43, 57)}, "retake")
    assert debts(academy) == [(0, "retake", "passed")]
    assert told() == [("opened", "retake", person, 1), ("closed", "passed", person, 2)]


def test_clause_4_7_example_6_a_retake_that_fails_changes_the_reason(academy, desk, told) -> None:
    person = str(academy.learners[0])
    desk.accept({0: ("78", 43)})
    desk.accept({0: ("78", 43, 20)}, "retake")
    assert debts(academy) == [(0, "failed", None)]
    assert told() == [("opened", "retake", person, 1), ("opened", "failed", person, 2)]


def test_the_course_repeated_in_another_period_closes_the_debt(academy, desk) -> None:
    desk.accept({0: ("78", 10)})
    academy.period, academy.assignment = uuid4(), uuid4()
    academy.tell_period(code="2027-1", starts="2027-09-01", half_ends="2027-10-24", ends="2027-12-19")
    academy.tell_assignment()
    Desk(academy).accept({0: ("78", 80)})
    assert debts(academy) == [(0, "failed", "passed")]


def test_a_superseded_statement_takes_its_debts_back(academy, desk, told) -> None:
    statement = desk.accept({0: ("78", 10), 1: ("78", 90)})
    desk.supersede(statement)
    desk.supersede(statement)
    assert debts(academy) == [(0, "failed", "superseded")]
    desk.accept({0: ("78", 11), 1: ("78", 90)})
    assert debts(academy) == [(0, "failed", "superseded"), (0, "failed", None)]
    assert [kind for kind, *_rest in told()] == ["opened", "closed", "opened"]


def test_absence_with_reason_opens_nothing(academy, desk) -> None:
    desk.accept({0: ("78", "ill")})
    assert debts(academy) == []


def test_failed_coursework_is_no_debt_of_its_own(academy, desk) -> None:
    desk.accept({0: ("78", 10)}, "coursework")
    assert debts(academy) == []


def test_one_debt_per_learner_and_discipline(academy, desk) -> None:
    desk.accept({0: ("78", 10)})
    with unit_of_work(academy.engine) as session:
        row = session.execute(select(DEBT)).one()
    for wrong in (
        {},
        {"discipline_id": uuid4(), "reason": "lost"},
        {"discipline_id": uuid4(), "closed_by": "passed"},
    ):
        with pytest.raises(IntegrityError), unit_of_work(academy.engine) as session:
            session.execute(DEBT.insert().values({**row._mapping, "id": uuid4()} | wrong))
    with pytest.raises(DBAPIError), unit_of_work(academy.engine) as session:
        session.execute(delete(DEBT))
    with pytest.raises(IntegrityError), unit_of_work(academy.engine) as session:
        session.execute(update(DEBT).values(closed_by="passed"))


def test_each_statement_tells_the_achievements_of_its_learners(academy, desk, feed_events) -> None:
    desk.accept({0: ("83.9375", 91), 1: ("78", 43)})
    [event] = [e for e in feed_events(STATEMENTS) if e.type == "ejournal.rating.computed.v1"]
    first, second = event.data["people"]
    assert first == {
        "person_id": str(academy.learners[0]), "gpa": "3.33", "credits_earned": "5", "mean_final": "87", "debts": 0,
    }  # fmt: skip
    assert second["gpa"] == "0.5"
    assert (second["credits_earned"], second["mean_final"], second["debts"]) == ("0", None, 1)


states = st.sampled_from(["passed", "failed", "not_admitted", "retake", "individual"])


@pytest.mark.unit
@given(st.lists(states, max_size=6))
def test_the_latest_decision_alone_tells_what_is_owed(given_states) -> None:
    found = owed([SimpleNamespace(state=state) for state in given_states])
    decided = [state for state in given_states if state != "individual"]
    assert (found is not None) is bool(decided and decided[-1] in FAILING)
    assert owed([*(SimpleNamespace(state=s) for s in given_states), SimpleNamespace(state="passed")]) is None
