"""What the worker does for access by the clock."""

from datetime import timedelta

from sqlalchemy.orm import Session

from auth.access import reviews
from chassis.service import Job
from chassis.settings import Settings


def begin_review(session: Session, _settings: Settings) -> None:
    """Begin the review of the quarter when it has none."""
    reviews.start_quarter(session)


JOBS = (Job("begin the quarterly review", timedelta(hours=6), begin_review),)
