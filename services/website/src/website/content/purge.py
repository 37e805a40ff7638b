"""Ask the gateway to forget the public pages it keeps: at once after the commit, and again by the worker until it was taken.

The wish is a row of the same unit of work as the publication; a gateway that is away costs only the seconds it keeps pages anyway.
"""

from datetime import timedelta

import httpx
import structlog
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.context import current
from chassis.db import new_id
from chassis.service import Job
from chassis.settings import Settings
from website.content.model import Purge

AT_ONCE_SECONDS = 1.0
_WANTED = "website.purge"
logger = structlog.get_logger(__name__)


def want(session: Session) -> None:
    """Note in the unit of work that kept pages are out of date from its commit on."""
    session.add(Purge(id=new_id(), wanted_at=clock.now()))
    session.info[_WANTED] = True


@event.listens_for(Session, "after_commit")
def _at_once(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(_WANTED, False):
        return
    try:
        url = current().settings.gateway_control_url
    except LookupError:
        return
    if url:
        send(url)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WANTED, None)


def send(url: str) -> bool:
    """Ask the gateway; answer whether it has done so."""
    try:
        with httpx.Client(timeout=AT_ONCE_SECONDS, trust_env=False) as client:
            client.post(f"{url}/_gw/purge").raise_for_status()
    except httpx.HTTPError as error:
        logger.warning("the gateway did not forget its pages, it will be asked again", error=str(error))
        return False
    return True


def repeat(session: Session, settings: Settings) -> None:
    """Ask again for what the gateway has not surely heard."""
    waiting = list(
        session.scalars(select(Purge.id).with_for_update(key_share=True, skip_locked=True).limit(1000))
    )
    if waiting and (not settings.gateway_control_url or send(settings.gateway_control_url)):
        session.execute(delete(Purge).where(Purge.id.in_(waiting)))


JOBS = (Job("website.purge", timedelta(seconds=2), repeat),)
