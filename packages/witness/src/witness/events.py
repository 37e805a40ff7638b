"""What a witness hears: signed roots and the state of keys (feed ejournal/roots, which carries no marks)."""

from sqlalchemy.orm import Session

from chassis.events import Event
from witness import service


def on_root_signed(session: Session, event: Event) -> None:
    """Keep the root."""
    service.keep_root(session, root=event.data)


def on_key_recorded(session: Session, event: Event) -> None:
    """Keep the state of the key."""
    service.keep_key(session, key=event.data)


HANDLERS = {
    "ejournal.root.signed.v1": on_root_signed,
    "ejournal.key.recorded.v1": on_key_recorded,
}
