"""Read attempts as transcripts need them, compute achievements and tell other services about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from chassis.outbox import record
from ejournal.attestation.debts import FEED
from ejournal.attestation.model import ATTEMPT
from ejournal.attestation.rules_transcript import Kept, Summary, readable, summary
from ejournal.control.service import get_book
from ejournal.fractions import decimal_text
from ejournal.journal.model import JOURNAL
from ejournal.teaching.model import PERIOD

ATTEMPTS = (
    select(
        ATTEMPT.c.person_id, ATTEMPT.c.number, ATTEMPT.c.kind, ATTEMPT.c.exam, ATTEMPT.c.final, ATTEMPT.c.letter,
        ATTEMPT.c.points, ATTEMPT.c.traditional, ATTEMPT.c.state, ATTEMPT.c.rule_set, JOURNAL.c.discipline_id,
        JOURNAL.c.period_id, JOURNAL.c.credits, PERIOD.c.starts, PERIOD.c.ends,
    )
    .join(JOURNAL, JOURNAL.c.id == ATTEMPT.c.journal_id)
    .outerjoin(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
    .where(ATTEMPT.c.superseded_at.is_(None))
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A learner's attempts as they read today, and what follows from them."""

    attempts: Sequence[Kept]
    whole: Summary


def read(
    session: Session, *, people: Collection[UUID], period_id: UUID | None = None
) -> Mapping[UUID, Standing]:
    """Read the standing of learners; whoever has no attempt yet has an empty one.

    Args:
        session: the unit of work.
        people: the learners.
        period_id: look at this period alone.
    """
    query = ATTEMPTS.where(ATTEMPT.c.person_id.in_(list(people)))
    if period_id is not None:
        query = query.where(JOURNAL.c.period_id == period_id)
    own: dict[UUID, list[Kept]] = {person: [] for person in people}
    for row in session.execute(query):
        own[row.person_id].append(_kept(row))
    today = clock.today()
    return {person: _standing(session, attempts, today) for person, attempts in own.items()}


def _standing(session: Session, attempts: Sequence[Kept], today: date) -> Standing:
    book = get_book(session)
    ordered = readable(attempts, book.sets, today)
    return Standing(ordered, summary(ordered, book.on(today).parameters))


def _kept(row: AnyRow) -> Kept:
    return Kept(
        person=str(row.person_id),
        discipline=str(row.discipline_id),
        period=str(row.period_id),
        starts=row.starts,
        ends=row.ends,
        credits=Fraction(row.credits),
        number=row.number,
        kind=row.kind,
        exam=row.exam,
        final=None if row.final is None else Fraction(row.final),
        letter=row.letter,
        points=None if row.points is None else Fraction(row.points),
        traditional=row.traditional,
        state=row.state,
        rule_set=row.rule_set,
    )


def tell(session: Session, *, journal: AnyRow, people: Collection[UUID]) -> None:
    """Record `ejournal.rating.computed.v1`: the whole present standing of the learners of a statement."""
    found = read(session, people=people)
    data = {
        "journal_id": str(journal.id),
        "group_id": str(journal.group_id),
        "period_id": str(journal.period_id),
        "computed_at": clock.now().isoformat(),
        "people": [{"person_id": str(person), **told(one.whole)} for person, one in found.items()],
    }
    record(session, "ejournal.rating.computed.v1", feed=FEED, subject=str(journal.group_id), data=data)


def told(whole: Summary) -> dict[str, Any]:
    """Write a summary as decimal text."""
    return {
        "gpa": None if whole.gpa is None else decimal_text(whole.gpa),
        "credits_earned": decimal_text(whole.credits_earned),
        "mean_final": None if whole.mean_final is None else decimal_text(whole.mean_final),
        "debts": whole.debts,
    }
