"""Half-open sign-ins: the password was right, the code of the second factor is still to come.

The cookie `half` opens nothing but the page that asks for the code, in the browser that typed the password, for ten minutes.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth.sessions.model import HalfSignIn
from auth.sessions.service import digest
from chassis import clock

LIFE = timedelta(minutes=10)


def open_(session: Session, *, person_id: UUID, device: str) -> str:
    """Open one; answer the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    row = HalfSignIn(secret_digest=digest(secret), person_id=person_id, created_at=clock.now(), device=device)
    session.add(row)
    return secret


def find(session: Session, *, secret: str, device: str) -> HalfSignIn | None:
    """Find the half-open sign-in of a cookie; None when it is over, or in another browser."""
    if not secret or len(secret) > 100:
        return None
    row = session.get(HalfSignIn, digest(secret))
    if row is None or clock.now() - row.created_at >= LIFE or row.device != device:
        return None
    return row


def close(session: Session, row: HalfSignIn) -> None:
    """Close one; it was for one sign-in only."""
    session.delete(row)


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop those nobody came back to."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.created_at < now - LIFE))
