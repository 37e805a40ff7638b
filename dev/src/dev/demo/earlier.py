"""An earlier term of two groups of the demo academy, with its outcomes: so that transcripts, debts and ranks have something to show."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import new_id
from dev.demo import words
from dev.demo.academy import SEED, Academy, Assignment, Term, term_of
from ejournal.admission.rules import Standing
from ejournal.attestation.rules import Outcome, attest
from ejournal.attestation.service import Taken, record_attempts
from ejournal.control.rules_sets import RuleSet
from ejournal.control.rules_values import Mark
from ejournal.control.service import get_book
from ejournal.fractions import decimal_text
from ejournal.journal.model import JOURNAL, SHEET_ROW
from ejournal.teaching.model import PERIOD

DISCIPLINES = {
    0: ("CYB101", "SOC201", "LNG201", "PHY201"),
    1: ("SOC101", "ADM101", "LNG101", "LNG102", "PHY101"),
}
"""By the place of the group: what it learnt before this term."""


def term(academy: Academy) -> Term:
    """Find the term before the academy's."""
    return term_of(academy.term.starts - timedelta(days=20))


def assignments(academy: Academy) -> tuple[Assignment, ...]:
    """Give who taught what: the last teacher of the department, who has no demo sign-in."""
    worth = {code: (department, credits_) for code, department, credits_, _title in words.DISCIPLINES}
    staff = {person.department_code: person.number for person in academy.people if person.kind == "teacher"}
    return tuple(
        Assignment(code, academy.groups[place].code, staff[worth[code][0]], worth[code][1], "exam")
        for place, codes in DISCIPLINES.items()
        for code in codes
    )


def ready(session: Session, academy: Academy) -> bool:
    """Tell whether the journals of the earlier term are open with their learners."""
    return len(_journals(session, academy)) == len(assignments(academy))


def _journals(session: Session, academy: Academy) -> list[UUID]:
    query = (
        select(JOURNAL.c.id)
        .join(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
        .join(SHEET_ROW, SHEET_ROW.c.journal_id == JOURNAL.c.id)
        .where(PERIOD.c.code == term(academy).code, JOURNAL.c.rule_set.is_not(None))
        .group_by(JOURNAL.c.id)
        .having(func.count() > 0)
        .order_by(JOURNAL.c.discipline_id, JOURNAL.c.group_id)
    )
    return list(session.scalars(query))


def load(session: Session, academy: Academy) -> None:
    """Record the outcomes of the earlier term: most passed at once, some after FX, a few owe the discipline."""
    chance = random.Random(SEED)  # noqa: S311 - believable, not secret
    rules = get_book(session).on(term(academy).starts)
    evening = datetime.combine(term(academy).ends, time(17), tzinfo=clock.ACADEMY)
    for journal_id in _journals(session, academy):
        people = session.scalars(
            select(SHEET_ROW.c.person_id).where(SHEET_ROW.c.journal_id == journal_id)
        ).all()
        attempts = (attempt for person in people for attempt in _attempts(chance, person, rules))
        taken = sorted(attempts, key=lambda one: one[0])
        for (number, kind), rows in groupby(taken, key=lambda one: one[:2]):
            with clock.frozen(evening + timedelta(days=7 * number)):
                record_attempts(
                    session,
                    statement_id=new_id(),
                    journal_id=journal_id,
                    kind=kind,
                    rows=[row for _number, _kind, row in rows],
                )


def _attempts(chance: random.Random, person: UUID, rules: RuleSet) -> Iterator[tuple[int, str, Taken]]:
    rating = Fraction(max(45, min(100, int(chance.gauss(76, 12)))))
    exams = [Mark("number", Fraction(max(20, min(100, int(chance.gauss(74, 15))))))]
    yield 0, "exam", _taken(person, rating, exams, rules)
    if attest(Standing(rd=rating), exams, rules).retake_offered and chance.random() < 0.7:
        exams.append(Mark("number", Fraction(chance.randint(45, 70))))
        yield 1, "retake", _taken(person, rating, exams, rules)


def _taken(person: UUID, rating: Fraction, exams: list[Mark], rules: RuleSet) -> Taken:
    outcome: Outcome = attest(Standing(rd=rating), exams, rules)
    band, number = outcome.band, exams[-1].number
    sat = outcome.state != "not_admitted" and number is not None
    return Taken(
        person,
        decimal_text(number) if sat and number is not None else None,
        outcome.state,
        None if outcome.final is None else int(outcome.final),
        band.letter if band else None,
        decimal_text(band.points) if band else None,
        band.traditional if band else None,
    )
