"""Short ways to accept statements in tests, as the registrar does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from services.ejournal.tests.helpers import RULES, mark, number

from chassis.db import unit_of_work
from ejournal.admission.rules import Standing
from ejournal.attestation.rules import attest
from ejournal.attestation.service import Taken, record_attempts, supersede_attempts
from ejournal.fractions import decimal_text


def taken(person: UUID, rd: str, *exams: object) -> Taken:
    """A learner's row: the rating and all examination marks so far, the last one of this statement."""
    outcome = attest(Standing(rd=number(rd)), [mark(exam) for exam in exams], RULES)
    band = outcome.band
    return Taken(
        person,
        str(exams[-1]) if exams else None,
        outcome.state,
        None if outcome.final is None else int(outcome.final),
        band.letter if band else None,
        decimal_text(band.points) if band else None,
        band.traditional if band else None,
    )


def accept(session: Any, journal: UUID, kind: str, *rows: Taken) -> UUID:
    """Accept a statement within the unit of work of a test."""
    statement = uuid4()
    record_attempts(session, statement_id=statement, journal_id=journal, kind=kind, rows=rows)
    return statement


class Desk:
    """The registrar's desk: each act in a unit of work of its own."""

    def __init__(self, academy: Any) -> None:
        self.academy = academy

    def accept(self, marks: Mapping[int, tuple[object, ...]], kind: str = "exam") -> UUID:
        """Accept a statement of the academy's journal: learner's place to (RD, examination marks…)."""
        rows = [taken(self.academy.learners[n], str(rd), *exams) for n, (rd, *exams) in marks.items()]
        with unit_of_work(self.academy.engine) as session:
            return accept(session, self.academy.journal, kind, *rows)

    def supersede(self, statement: UUID) -> None:
        """Supersede what a statement gave."""
        with unit_of_work(self.academy.engine) as session:
            supersede_attempts(session, statement_id=statement)
