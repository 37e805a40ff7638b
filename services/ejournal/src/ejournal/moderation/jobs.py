"""What the worker does for the quality unit by the clock."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis.service import Job
from chassis.settings import Settings
from ejournal.moderation import board


def freeze_board(session: Session, _settings: Settings) -> None:
    """Keep the figures of the day when they have not been kept yet."""
    board.freeze(session)


JOBS = (Job("freeze the board of the day", timedelta(minutes=30), freeze_board),)
