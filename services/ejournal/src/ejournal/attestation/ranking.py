"""Rank learners of a group or of a year of study (rule 9): GPA, credits earned, mean final mark; ties share a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.problems import NotFound
from ejournal.attestation import standing
from ejournal.attestation.model import ATTEMPT
from ejournal.attestation.problems import ForeignLearner
from ejournal.attestation.rules_rating import Achievement, rank
from ejournal.attestation.rules_transcript import Summary
from ejournal.journal.model import JOURNAL
from ejournal.journal.service import Reader
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON


@dataclass(frozen=True)
class Ranked:
    """A learner of a group with the place; None while nothing counts."""

    person: AnyRow
    group: str
    summary: Summary
    place: int | None


def within(reader: Reader) -> ColumnElement[bool]:
    """Make the condition that a group is in the reader's scope; a department sees the groups it teaches."""
    taught = (
        select(JOURNAL.c.id)
        .join(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(
            JOURNAL.c.group_id == GROUP.c.group_id,
            DISCIPLINE.c.department_code.in_(reader.scopes.ids("department")),
        )
    )
    return reader.scopes.where(
        {"faculty": GROUP.c.faculty_code, "group": GROUP.c.code, "department": taught.exists()}
    )


def list_groups(session: Session, *, reader: Reader) -> Sequence[AnyRow]:
    """List the groups the reader may see; `attested` tells whether anything was attested there."""
    attested = (
        select(ATTEMPT.c.id)
        .join(JOURNAL, JOURNAL.c.id == ATTEMPT.c.journal_id)
        .where(JOURNAL.c.group_id == GROUP.c.group_id)
        .exists()
        .label("attested")
    )
    query = select(GROUP.c.group_id, GROUP.c.code, GROUP.c.faculty_code, GROUP.c.year_of_study, attested)
    return session.execute(query.where(within(reader)).order_by(GROUP.c.code)).all()


def groups_or_raise(session: Session, *, group_id: UUID, course: bool, reader: Reader) -> list[UUID]:
    """Find the groups to rank: one, or all of its faculty and year of study that the reader may see.

    Raises:
        NotFound: there is no such group.
        ForeignLearner: there is, but not for this reader.
    """
    seen = {group.group_id: group for group in list_groups(session, reader=reader)}
    if group_id not in seen:
        known = session.scalar(select(GROUP.c.group_id).where(GROUP.c.group_id == group_id))
        raise ForeignLearner if known else NotFound
    if not course:
        return [group_id]
    of = seen[group_id]
    return [
        one.group_id
        for one in seen.values()
        if (one.faculty_code, one.year_of_study) == (of.faculty_code, of.year_of_study)
    ]


def list_periods(session: Session) -> Sequence[AnyRow]:
    """List the periods, the latest first."""
    return session.execute(select(PERIOD.c.period_id, PERIOD.c.title).order_by(PERIOD.c.starts.desc())).all()


def rank_groups(session: Session, *, groups: Sequence[UUID], period_id: UUID | None = None) -> list[Ranked]:
    """Rank the learners of groups, the best first; who has nothing that counts stands below, without a place.

    Args:
        session: the unit of work.
        groups: whose present learners.
        period_id: by what was done in this period alone.
    """
    group_of, people = _members(session, groups)
    found = standing.read(session, people=[row.person_id for row in people], period_id=period_id)
    summaries = {person: one.whole for person, one in found.items()}
    places = rank([_achievement(person, one) for person, one in summaries.items() if one.gpa is not None])
    ranked = [
        Ranked(row, group_of[row.person_id], summaries[row.person_id], places.get(row.person_id))
        for row in people
    ]
    return sorted(ranked, key=lambda one: (one.place is None, one.place or 0))


def _achievement(person: UUID, one: Summary) -> Achievement:
    return Achievement(person, one.gpa or Fraction(0), one.credits_earned, one.mean_final or Fraction(0))


def _members(session: Session, groups: Sequence[UUID]) -> tuple[Mapping[UUID, str], Sequence[AnyRow]]:
    """Read the learners of groups: the group's code by learner, and their names in the order of names."""
    rosters = session.execute(select(GROUP.c.code, GROUP.c.roster).where(GROUP.c.group_id.in_(groups)))
    group_of = {UUID(place["person_id"]): code for code, roster in rosters for place in roster}
    query = (
        select(PERSON.c.person_id, PERSON.c.family_name, PERSON.c.given_name)
        .where(PERSON.c.person_id.in_(list(group_of)))
        .order_by(PERSON.c.sort_key)
    )
    return group_of, session.execute(query).all()


def find_own(session: Session, *, person_id: UUID, group_id: UUID | None) -> tuple[int | None, int]:
    """Find a learner's own place in the group, and among how many; nobody else's figures leave here."""
    if group_id is None:
        return None, 0
    ranked = rank_groups(session, groups=[group_id])
    place = next((one.place for one in ranked if one.person.person_id == person_id), None)
    return place, sum(one.place is not None for one in ranked)
