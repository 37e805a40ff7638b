"""What the worker does for accounts by the clock."""

from datetime import timedelta

from sqlalchemy.orm import Session

from auth.accounts import codes, expiry, handout
from chassis.service import Job
from chassis.settings import Settings


def end_accounts(session: Session, _settings: Settings) -> None:
    """End the accounts whose last day is over: at the turn of the day in the academy."""
    expiry.end_over(session)


def forget_secrets(session: Session, _settings: Settings) -> None:
    """Drop codes that are over, and notes of what was handed out."""
    codes.forget_old(session)
    handout.forget_old(session)


JOBS = (
    Job("end accounts", timedelta(seconds=20), end_accounts),
    Job("forget codes", timedelta(minutes=1), forget_secrets),
)
