"""Tell the gateway what was revoked: at once after the commit, and again by the worker, as a gateway that restarts forgets.

The truth is the row; a push that fails costs nothing but the seconds until the worker's next round.
"""

from datetime import timedelta
from typing import Any

import httpx
import structlog
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from auth.sessions.model import Push
from chassis import clock
from chassis.context import current
from chassis.settings import Settings

AT_ONCE_SECONDS = 1.0
REPEAT = timedelta(seconds=30)
KEEP = timedelta(minutes=25)
"""Longer than a token and the gateway's grace together."""
BATCH = 200
_WAITING = "auth.pushes"

logger = structlog.get_logger(__name__)


def after_commit(session: Session, row: Push) -> None:
    """Push a revocation as soon as its unit of work is committed."""
    session.info.setdefault(_WAITING, []).append({"key": row.key, "at": row.at})


@event.listens_for(Session, "after_commit")
def _push(session: Session) -> None:
    if session.in_nested_transaction() or not (waiting := session.info.pop(_WAITING, None)):
        return
    try:
        url = current().settings.gateway_control_url
    except LookupError:
        return
    if url:
        send(url, waiting)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)


def send(url: str, revocations: list[dict[str, Any]]) -> bool:
    """Send revocations to the gateway's control address; answer whether all were taken."""
    try:
        with httpx.Client(timeout=AT_ONCE_SECONDS, trust_env=False) as client:
            for revocation in revocations:
                client.post(f"{url}/_gw/revoke", json=revocation).raise_for_status()
    except httpx.HTTPError as error:
        logger.warning("the gateway did not take a revocation, it will be repeated", error=str(error))
        return False
    return True


def repeat(session: Session, settings: Settings) -> None:
    """Push what is due; a confirmed one again every half minute while tokens it voids could still be shown."""
    now = clock.now()
    session.execute(delete(Push).where(Push.at < int((now - KEEP).timestamp())))
    due = select(Push).where(Push.next_at <= now).order_by(Push.next_at).limit(BATCH)
    for row in session.scalars(due.with_for_update(key_share=True, skip_locked=True)):
        taken = not settings.gateway_control_url or send(
            settings.gateway_control_url, [{"key": row.key, "at": row.at}]
        )
        row.tries = 0 if taken else row.tries + 1
        row.next_at = now + (REPEAT if taken else timedelta(seconds=min(30, 2**row.tries)))
        if not taken:
            return
