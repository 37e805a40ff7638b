"""What an order changes, in numbers: the journals a learner leaves and enters, marks that stay, count or go along.

The portal counts what the ejournal published; marks a teacher has not published yet follow the same rules there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from portal.calendar.model import Period
from portal.curricula.model import Discipline
from portal.groups.model import StudyGroup
from portal.home.model import Journal, Mark, MarkColumn
from portal.movement import rules, service, statements
from portal.movement.model import MovementOrder
from portal.teaching.model import Assignment
from portal.timetable.model import Lesson


@dataclass(frozen=True)
class Preview:
    """What an order changes; lines are dicts as `schemas.JournalLine` names them."""

    leaves: Sequence[dict[str, Any]] = ()
    enters: Sequence[dict[str, Any]] = ()
    statements: Sequence[AnyRow] = ()
    day: date | None = field(default=None)


def make(*, session: Session, order: MovementOrder) -> Preview:
    """Say what an order will change when it is applied."""
    chain = service.chain_of(session=session, person_id=order.person_id)
    here = rules.placed_on(chain, order.effective_on).group_id
    there = order.group_id
    if order.cancels_id is not None:  # what the cancelled order did is done backwards
        there = session.get_one(MovementOrder, order.cancels_id).from_group_id
    person, day = order.person_id, order.effective_on
    old = _journals(session, here, person, day) if here else []
    counted = {(row["discipline_id"], row["period_id"]): row["marks_before"] for row in old}
    new = _journals(session, there, person, day) if there else []
    for row in new:
        row["carried"] = counted.get((row["discipline_id"], row["period_id"]), 0)
    late = statements.list_since(session=session, person_id=person, day=day)
    return Preview(old, new, late, day)


def _journals(session: Session, group_id: UUID, person_id: UUID, day: date) -> list[dict[str, Any]]:
    """List the journals of a group that are not over on a day, with what stands in them for a learner."""
    mine = (
        select(func.count())
        .select_from(Mark)
        .join(MarkColumn, MarkColumn.id == Mark.column_id)
        .join(Journal, Journal.id == MarkColumn.journal_id)
        .where(Journal.assignment_id == Assignment.id, Mark.person_id == person_id)
        .correlate(Assignment)
    )
    lessons = (
        select(func.count())
        .where(Lesson.assignment_id == Assignment.id, Lesson.day >= day)
        .correlate(Assignment)
    )
    query = (
        select(
            Assignment.discipline_id,
            Assignment.period_id,
            Discipline.title.label("discipline_title"),
            StudyGroup.code.label("group_code"),
            Period.title.label("period_title"),
            lessons.scalar_subquery().label("lessons"),
            mine.where(MarkColumn.day < day).scalar_subquery().label("marks_before"),
            mine.where(MarkColumn.day >= day).scalar_subquery().label("marks_after"),
        )
        .join(Discipline, Discipline.id == Assignment.discipline_id)
        .join(StudyGroup, StudyGroup.id == Assignment.group_id)
        .join(Period, Period.id == Assignment.period_id)
        .where(Assignment.group_id == group_id, Assignment.status == "active", Period.ends >= day)
        .order_by(Period.starts, Discipline.sort_key)
    )
    return [{**row, "carried": 0} for row in session.execute(query).mappings()]
