"""Which sign-ins live: the limits of a person are the strictest among their roles (clause 8 of Order No. 21)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import service as access
from auth.policy import service as policy
from auth.sessions import rules
from auth.sessions.model import SignIn
from auth.sessions.service import digest
from chassis import clock


def find(session: Session, *, secret: str) -> SignIn | None:
    """Find the living sign-in of a cookie; None when it ended, was left alone for too long or never was."""
    if not secret or len(secret) > 100:
        return None
    row = session.scalar(
        select(SignIn).where(SignIn.secret_digest == digest(secret), SignIn.ended_at.is_(None))
    )
    return row if row is not None and _living(session, row.person_id, [row]) else None


def list_(session: Session, *, person_id: UUID) -> list[SignIn]:
    """List where a person is signed in, the latest first."""
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    return _living(session, person_id, session.scalars(query.order_by(SignIn.seen_at.desc())).all())


def _living(session: Session, person_id: UUID, rows: Sequence[SignIn]) -> list[SignIn]:
    limits, roles, now = policy.get(session), access.roles_today(session, person_id=person_id), clock.now()
    idle, absolute = limits.idle(roles), limits.absolute(roles)
    return [
        row
        for row in rows
        if rules.is_living(
            created_at=row.created_at, seen_at=row.seen_at, now=now, idle=idle, absolute=absolute
        )
    ]
