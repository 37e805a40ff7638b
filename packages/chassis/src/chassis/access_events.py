"""What the chassis itself does in every worker: follow feed auth/access, and forget what is too old to matter."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis import clock
from chassis.events import Event
from chassis.idempotency import forget_old
from chassis.permissions import REVOCATION, apply_grant, apply_revocation, apply_role
from chassis.service import Job
from chassis.settings import Settings


def on_role_recorded(session: Session, event: Event) -> None:
    """Take over the permissions of a role."""
    data = _data(event)
    apply_role(session, role=data["role"], permissions=data["permissions"])


def on_grant_recorded(session: Session, event: Event) -> None:
    """Take over a grant."""
    data = _data(event)
    apply_grant(
        session,
        grant_id=UUID(data["grant_id"]),
        person_id=UUID(data["person_id"]),
        role=data["role"],
        scope_type=data["scope_type"],
        scope_id=data["scope_id"],
        valid_from=_date(data["valid_from"]),
        valid_to=_date(data["valid_to"]),
        revoked=data["revoked"],
    )


def on_session_revoked(session: Session, event: Event) -> None:
    """Take over a revocation."""
    data = _data(event)
    apply_revocation(session, key=data["key"], at=data["at"])


def _data(event: Event) -> dict[str, Any]:
    return dict(event.data or {})


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def forget_old_revocations(session: Session, _settings: Settings) -> None:
    """Drop revocations of tokens that have long expired."""
    since = int((clock.now() - timedelta(days=1)).timestamp())
    session.execute(delete(REVOCATION).where(REVOCATION.c.at < since))


HANDLERS = {
    "auth.role.recorded.v1": on_role_recorded,
    "auth.grant.recorded.v1": on_grant_recorded,
    "auth.session.revoked.v1": on_session_revoked,
}
JOBS = (
    Job("forget old idempotency keys", timedelta(minutes=10), forget_old),
    Job("forget old revocations", timedelta(hours=1), forget_old_revocations),
)
