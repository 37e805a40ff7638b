"""What the worker does about late entries by the clock."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis.service import Job
from chassis.settings import Settings
from ejournal.escalation import service


def escalate(session: Session, _settings: Settings) -> None:
    """Bring the escalations to what is late now."""
    service.bring(session)


JOBS = (Job("escalate late entries", timedelta(minutes=2), escalate),)
