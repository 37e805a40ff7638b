"""What readers learn from other services."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.events import Event
from chassis.ingest import Handler, Together
from library.readers import service


@Together
def on_people_recorded(session: Session, events: Sequence[Event]) -> None:
    """Keep the readers' cards as auth has the people."""
    service.enrol(session, people=[event.data for event in events])


HANDLERS: dict[str, Handler] = {"auth.person.recorded.v1": on_people_recorded}
