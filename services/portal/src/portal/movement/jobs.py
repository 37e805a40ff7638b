"""What the worker does by the clock: on the day of an order the lists of groups follow it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from chassis.service import Job
from chassis.settings import Settings
from portal.movement import service


def take_effect(session: Session, _settings: Settings) -> None:
    """Bring the lists to the orders whose day has come."""
    service.take_effect(session=session)


JOBS = (Job("orders of the day", timedelta(minutes=1), take_effect),)
