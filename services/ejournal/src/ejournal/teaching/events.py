"""Handlers that keep the projection; they run before those of the journals, which read it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.events import Event
from chassis.ingest import Handler, Together
from ejournal.teaching import service


@Together
def on_people_recorded(session: Session, events: Sequence[Event]) -> None:
    """Keep people."""
    service.keep_people(session, people=[event.data for event in events])


def on_unit_recorded(session: Session, event: Event) -> None:
    """Keep a faculty or a department."""
    service.keep_unit(session, data=event.data)


def on_group_recorded(session: Session, event: Event) -> None:
    """Keep a group."""
    service.keep_group(session, data=event.data)


def on_discipline_recorded(session: Session, event: Event) -> None:
    """Keep a discipline."""
    service.keep_discipline(session, data=event.data)


def on_period_recorded(session: Session, event: Event) -> None:
    """Keep a period."""
    service.keep_period(session, data=event.data)


def on_lessons_recorded(session: Session, event: Event) -> None:
    """Keep the lessons of an assignment."""
    service.keep_lessons(session, data=event.data)


def on_movement_recorded(session: Session, event: Event) -> None:
    """Keep where a learner stands by orders."""
    service.keep_placements(session, data=event.data)


HANDLERS: dict[str, Handler] = {
    "auth.person.recorded.v1": on_people_recorded,
    "auth.unit.recorded.v1": on_unit_recorded,
    "portal.group.recorded.v1": on_group_recorded,
    "portal.discipline.recorded.v1": on_discipline_recorded,
    "portal.period.recorded.v1": on_period_recorded,
    "portal.lessons.recorded.v1": on_lessons_recorded,
    "portal.movement.recorded.v1": on_movement_recorded,
}
