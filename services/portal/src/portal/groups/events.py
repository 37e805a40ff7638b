"""What the portal hears of people and units (feed auth/people)."""

from sqlalchemy.orm import Session

from chassis.events import Event
from portal.groups import service


def on_person_recorded(session: Session, event: Event) -> None:
    """Keep the person; rosters follow."""
    service.record_person(session=session, data=event.data)


def on_unit_recorded(session: Session, event: Event) -> None:
    """Keep the unit's code and title."""
    service.record_unit(session=session, data=event.data)


HANDLERS = {"auth.person.recorded.v1": on_person_recorded, "auth.unit.recorded.v1": on_unit_recorded}
