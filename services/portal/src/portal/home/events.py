"""What the home page hears: marks, GPA, debts, loans, news. Each handler is an upsert of the full state an event carries."""

from sqlalchemy.orm import Session

from chassis.events import Event
from portal.home import escalations, service, studies


def on_journal_opened(session: Session, event: Event) -> None:
    """Keep the journal of an assignment, for the teacher's links."""
    service.record_journal(session=session, data=event.data)


def on_column_published(session: Session, event: Event) -> None:
    """Keep the marks of a published column and the figures that follow from them."""
    service.record_column(session=session, data=event.data, at=event.time)


def on_escalation_recorded(session: Session, event: Event) -> None:
    """Show late entries to those they are told to, or no longer."""
    escalations.record(session=session, data=event.data)


def on_rating_computed(session: Session, event: Event) -> None:
    """Keep GPA and credits of the learners of a statement."""
    studies.record_standing(session=session, data=event.data)


def on_debt_opened(session: Session, event: Event) -> None:
    """Show the debt to its learner."""
    studies.record_debt(session=session, data=event.data)


def on_debt_closed(session: Session, event: Event) -> None:
    """Show the debt no longer."""
    studies.record_closed_debt(session=session, data=event.data)


def on_book_issued(session: Session, event: Event) -> None:
    """Show the book to its reader."""
    service.record_loan(session=session, data=event.data)


def on_book_returned(session: Session, event: Event) -> None:
    """Show the book no longer."""
    service.record_return(session=session, data=event.data)


def on_item_published(session: Session, event: Event) -> None:
    """Show news of the site."""
    service.record_news(session=session, data=event.data)


HANDLERS = {
    "ejournal.journal.opened.v1": on_journal_opened,
    "ejournal.column.published.v1": on_column_published,
    "ejournal.escalation.recorded.v1": on_escalation_recorded,
    "ejournal.rating.computed.v1": on_rating_computed,
    "ejournal.debt.opened.v1": on_debt_opened,
    "ejournal.debt.closed.v1": on_debt_closed,
    "library.book.issued.v1": on_book_issued,
    "library.book.returned.v1": on_book_returned,
    "website.item.published.v1": on_item_published,
}
