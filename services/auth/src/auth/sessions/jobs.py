"""What the worker does for sign-ins by the clock."""

from datetime import timedelta
from typing import cast

from sqlalchemy.orm import Session

from auth.accounts import throttle
from auth.sessions import half, history, keys, push, tokens
from auth.settings import AuthSettings
from chassis import clock
from chassis.service import Job
from chassis.settings import Settings


def rotate_keys(_session: Session, settings: Settings) -> None:
    """Rotate the signing keys when the current one has signed for ninety days."""
    tokens.key_ring(cast(AuthSettings, settings)).rotate(if_older_than=keys.ROTATE_EVERY)


def forget_failures(session: Session, _settings: Settings) -> None:
    """Drop counters of failed tries that no longer matter."""
    throttle.forget_old(session, now=clock.now())


def forget_sign_ins(session: Session, _settings: Settings) -> None:
    """Drop half-open sign-ins nobody came back to, and tries older than ninety days."""
    half.forget_old(session, now=clock.now())
    history.forget_old(session, now=clock.now())


JOBS = (
    Job("push revocations", timedelta(seconds=2), push.repeat),
    Job("rotate signing keys", timedelta(hours=1), rotate_keys),
    Job("forget failed tries", timedelta(minutes=30), forget_failures),
    Job("forget old sign-ins", timedelta(hours=1), forget_sign_ins),
)
