"""What the worker does for programs by the clock."""

from datetime import timedelta

from sqlalchemy.orm import Session

from auth.programs import credentials
from chassis.service import Job
from chassis.settings import Settings


def forget_assertions(session: Session, _settings: Settings) -> None:
    """Drop used assertions that are too old to be tried again."""
    credentials.forget_assertions(session)


JOBS = (Job("forget used assertions", timedelta(minutes=10), forget_assertions),)
