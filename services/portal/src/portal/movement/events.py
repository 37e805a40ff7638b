"""What movement hears of the ejournal: statements that are sealed, and superseded."""

from sqlalchemy.orm import Session

from chassis.events import Event
from portal.movement import statements


def on_statement_sealed(session: Session, event: Event) -> None:
    """Keep who stands in a sealed statement."""
    statements.record_sealed(session=session, data=event.data, at=event.time)


def on_statement_superseded(session: Session, event: Event) -> None:
    """Note that another statement took its place."""
    statements.record_superseded(session=session, data=event.data)


HANDLERS = {
    "ejournal.statement.sealed.v1": on_statement_sealed,
    "ejournal.statement.superseded.v1": on_statement_superseded,
}
