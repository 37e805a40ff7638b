"""What readers learn from other services."""

from sqlalchemy.orm import Session

from chassis.events import Event
from library.readers import service


def on_person_recorded(session: Session, event: Event) -> None:
    """Keep the reader's card as auth has the person."""
    service.enrol(session, person=dict(event.data))


HANDLERS = {"auth.person.recorded.v1": on_person_recorded}
