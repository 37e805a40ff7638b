"""What the portal hears of people and units (feed auth/people)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.events import Event
from chassis.ingest import Handler, Together
from portal.groups import service


@Together
def on_people_recorded(session: Session, events: Sequence[Event]) -> None:
    """Keep the people; rosters follow."""
    service.record_people(session=session, people=[event.data for event in events])


def on_unit_recorded(session: Session, event: Event) -> None:
    """Keep the unit's code and title."""
    service.record_unit(session=session, data=event.data)


HANDLERS: dict[str, Handler] = {
    "auth.person.recorded.v1": on_people_recorded,
    "auth.unit.recorded.v1": on_unit_recorded,
}
