"""Handlers that open journals and keep them in step; the projection has been kept before they run.

Feeds are taken in side by side, each in its own transaction. Of an assignment and its lessons that come at the same moment neither
would see the other; so a transaction that touches journals waits until the one before it has committed.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events import Event
from chassis.ingest import Handler, Together
from ejournal.journal import duties, membership, opening
from ejournal.journal.model import JOURNAL, SHEET_ROW


def on_teaching_assigned(session: Session, event: Event) -> None:
    """Open or bring up to date the journal of an assignment."""
    opening.take_turn(session)
    opening.keep_assignment(session, data=event.data)
    assignment = UUID(event.data["assignment_id"])
    duties.excuse_where(session, condition=JOURNAL.c.assignment_id == assignment)


def on_lessons_recorded(session: Session, event: Event) -> None:
    """Bring the columns of a journal to the timetable."""
    opening.take_turn(session)
    assignment = UUID(event.data["assignment_id"])
    opening.refresh_where(session, condition=JOURNAL.c.assignment_id == assignment)
    duties.excuse_where(session, condition=JOURNAL.c.assignment_id == assignment)


def on_group_recorded(session: Session, event: Event) -> None:
    """Bring the rosters of a group's journals to its present list."""
    opening.take_turn(session)
    group = UUID(event.data["group_id"])
    membership.keep_list(session, group_id=group)
    duties.excuse_where(session, condition=JOURNAL.c.group_id == group)


def on_movement_recorded(session: Session, event: Event) -> None:
    """Bring the journals a learner leaves and enters to the orders."""
    opening.take_turn(session)
    person = UUID(event.data["person_id"])
    membership.keep_person(session, person_id=person)
    stands = select(SHEET_ROW.c.journal_id).where(SHEET_ROW.c.person_id == person)
    duties.excuse_where(session, condition=JOURNAL.c.id.in_(stands))


def on_duty_recorded(session: Session, event: Event) -> None:
    """Excuse the lessons of those on duty on a day, and take back what was withdrawn."""
    opening.take_turn(session)
    duties.keep_day(session, data=event.data)


def on_period_recorded(session: Session, event: Event) -> None:
    """Bring midterm controls to the period's halves, and choose the rule set."""
    opening.take_turn(session)
    opening.refresh_where(session, condition=JOURNAL.c.period_id == UUID(event.data["period_id"]))


def on_discipline_recorded(session: Session, event: Event) -> None:
    """Show the discipline's present title."""
    opening.take_turn(session)
    opening.touch_discipline(session, discipline_id=UUID(event.data["discipline_id"]))


@Together
def on_people_recorded(session: Session, events: Sequence[Event]) -> None:
    """Show people's present names."""
    opening.take_turn(session)
    opening.touch_people(session, people={UUID(event.data["person_id"]) for event in events})


HANDLERS: dict[str, Handler] = {
    "portal.teaching.assigned.v1": on_teaching_assigned,
    "portal.lessons.recorded.v1": on_lessons_recorded,
    "portal.group.recorded.v1": on_group_recorded,
    "portal.movement.recorded.v1": on_movement_recorded,
    "portal.duty.recorded.v1": on_duty_recorded,
    "portal.period.recorded.v1": on_period_recorded,
    "portal.discipline.recorded.v1": on_discipline_recorded,
    "auth.person.recorded.v1": on_people_recorded,
}
