"""Handlers that keep what the library lends to learners."""

from sqlalchemy.orm import Session

from chassis.events import Event
from ejournal.admission import service


def on_book_issued(session: Session, event: Event) -> None:
    """Keep a book on loan."""
    service.keep_loan(session, data=event.data)


def on_book_returned(session: Session, event: Event) -> None:
    """Keep a return."""
    service.keep_return(session, data=event.data)


HANDLERS = {"library.book.issued.v1": on_book_issued, "library.book.returned.v1": on_book_returned}
