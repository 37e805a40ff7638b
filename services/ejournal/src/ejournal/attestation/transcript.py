"""The transcript of a learner: every attempt by period, GPA of each period and of all, and whether the transfer score is reached."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from chassis.problems import NotFound
from ejournal.attestation import standing
from ejournal.attestation.problems import ForeignLearner
from ejournal.attestation.rules_rating import may_transfer
from ejournal.attestation.rules_transcript import Kept, Summary, by_period, summary
from ejournal.control.service import get_book
from ejournal.fractions import exact_text
from ejournal.journal.service import Reader
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON

PLACE = func.jsonb_build_array(func.jsonb_build_object("person_id", cast(PERSON.c.person_id, String)))
LEARNERS = select(
    PERSON.c.person_id,
    PERSON.c.family_name,
    PERSON.c.given_name,
    PERSON.c.patronymic,
    GROUP.c.group_id,
    GROUP.c.code.label("group"),
    GROUP.c.year_of_study,
).outerjoin(GROUP, GROUP.c.roster.contains(PLACE))


@dataclass(frozen=True)
class Line:
    """An attempt with the discipline's code and title."""

    kept: Kept
    code: str
    title: Mapping[str, str] | None


@dataclass(frozen=True)
class Part:
    """What a learner did in one period."""

    title: Mapping[str, str] | None
    lines: Sequence[Line]
    summary: Summary


@dataclass(frozen=True)
class Transcript:
    """Everything a transcript says; `transfers` is None while GPA is."""

    learner: AnyRow
    day: date
    parts: Sequence[Part]
    whole: Summary
    transfers: bool | None
    transfer_score: Fraction

    @property
    def digest(self) -> str:
        """SHA-256 over all attempts in their order, so that a changed one is noticed."""
        lines = [_canonical(line) for part in self.parts for line in part.lines]
        text = json.dumps([str(self.learner.person_id), lines], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def count(self) -> int:
        """How many attempts stand on it."""
        return sum(len(part.lines) for part in self.parts)


def _canonical(line: Line) -> list[Any]:
    kept = line.kept
    return [
        kept.period, kept.discipline, kept.number, kept.kind, exact_text(kept.credits), kept.exam, exact_text(kept.final),
        kept.letter, exact_text(kept.points), kept.traditional, kept.state, kept.rule_set,
    ]  # fmt: skip


def within(reader: Reader) -> ColumnElement[bool]:
    """Make the condition that a learner (joined as in `LEARNERS`) is in the reader's scope: by the present group."""
    return reader.scopes.where({"faculty": GROUP.c.faculty_code, "group": GROUP.c.code})


def get_or_raise(session: Session, *, person_id: UUID, reader: Reader) -> Transcript:
    """Get the transcript of a learner.

    Raises:
        NotFound: there is no such learner.
        ForeignLearner: there is, but not for this reader.
    """
    query = LEARNERS.add_columns(within(reader).label("allowed")).where(
        PERSON.c.person_id == person_id, PERSON.c.kind == "learner"
    )
    rows = session.execute(query.order_by(GROUP.c.code)).all()
    if not rows:
        raise NotFound
    learner = next((row for row in rows if row.allowed), None)
    if learner is None:
        raise ForeignLearner(extra={"person_id": str(person_id)})
    return _make(session, learner)


def get_own_or_raise(session: Session, *, person_id: UUID) -> Transcript:
    """Get a learner's own transcript.

    Raises:
        NotFound: the academy's people do not know the person yet.
    """
    query = LEARNERS.where(PERSON.c.person_id == person_id).order_by(GROUP.c.code).limit(1)
    learner = session.execute(query).one_or_none()
    if learner is None:
        raise NotFound
    return _make(session, learner)


def find_digest(session: Session, *, person_id: UUID) -> str | None:
    """Compute the digest of a learner's transcript as it reads today; None when the learner is not known."""
    try:
        return get_own_or_raise(session, person_id=person_id).digest
    except NotFound:
        return None


def _make(session: Session, learner: AnyRow) -> Transcript:
    parameters = get_book(session).on(clock.today()).parameters
    found = standing.read(session, people=[learner.person_id])[learner.person_id]
    periods = _titles(
        session, PERIOD.c.period_id, PERIOD.c.code, PERIOD.c.title, {a.period for a in found.attempts}
    )
    disciplines = _titles(
        session, DISCIPLINE.c.discipline_id, DISCIPLINE.c.code, DISCIPLINE.c.title, {a.discipline for a in found.attempts}
    )  # fmt: skip
    parts = [
        Part(
            periods.get(period, ("", None))[1],
            [Line(kept, *disciplines.get(kept.discipline, ("", None))) for kept in own],
            summary(own, parameters),
        )
        for period, own in by_period(found.attempts).items()
    ]
    gpa = found.whole.gpa
    return Transcript(
        learner,
        clock.today(),
        parts,
        found.whole,
        None if gpa is None else may_transfer(gpa, parameters),
        parameters.transfer_score,
    )


def _titles(session: Session, id: Any, code: Any, title: Any, wanted: set[str]) -> dict[str, tuple[str, Any]]:
    rows = session.execute(select(id, code, title).where(id.in_([UUID(one) for one in wanted])))
    return {str(row[0]): (row[1], row[2]) for row in rows}
