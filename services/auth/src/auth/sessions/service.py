"""Open, renew and end sign-ins; revoke tokens at once.

A revocation is written in the unit of work of the act that causes it: the event for the services, the row for auth itself,
and a row for the gateway that the worker repeats until the gateway has confirmed. After the commit a first push is tried,
so that the next click is already refused.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from auth.sessions import push
from auth.sessions.model import Attempt, HalfSignIn, Push, SignIn
from chassis import clock
from chassis.audit import audit
from chassis.db import new_id
from chassis.outbox import record
from chassis.permissions import apply_revocation

FEED = "auth/access"
FRESH = timedelta(minutes=10)
"""So old the last proof of who it is may be for something weighty."""


def open_(
    session: Session,
    *,
    person_id: UUID,
    address: str,
    device: str,
    amr: str = "pwd",
    must_enrol: bool = False,
) -> tuple[SignIn, str]:
    """Open a sign-in; answer the row and the secret for the cookie, which is kept nowhere."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    row = SignIn(
        id=new_id(),
        secret_digest=digest(secret),
        person_id=person_id,
        created_at=now,
        seen_at=now,
        auth_time=now,
        address=address[:64],
        device=device,
        amr=amr,
        must_enrol=must_enrol,
    )
    session.add(row)
    audit(
        session,
        act="auth.session.opened",
        subject=f"person:{person_id}",
        actor=person_id,
        after={"amr": amr},
    )
    return row, secret


def touch(row: SignIn) -> None:
    """Note that the sign-in is in use."""
    row.seen_at = clock.now()


def strengthen(row: SignIn, *, amr: str) -> None:
    """Note that a second factor was set up in this very sign-in: nothing stands before the system any more."""
    row.amr, row.must_enrol = amr, False


def weaken(row: SignIn, *, must_enrol: bool) -> None:
    """Note that the second factor is gone."""
    row.amr, row.must_enrol = "pwd", must_enrol


def confirm(row: SignIn) -> str:
    """Note that the person has just proven who they are once more; answer the new secret for the cookie."""
    row.auth_time = clock.now()
    return renew_secret(row)


def renew_secret(row: SignIn) -> str:
    """Give a sign-in a new secret for its cookie; the one before is void (ASVS 7.2.4)."""
    secret = secrets.token_urlsafe(32)
    row.secret_digest = digest(secret)
    return secret


def end(session: Session, *, row: SignIn, reason: str, actor: UUID | str) -> None:
    """End one sign-in and void its tokens."""
    row.ended_at, row.end_reason = clock.now(), reason
    revoke(session, key=f"sid:{row.id}", at=_seconds(row.ended_at))
    audit(
        session,
        act="auth.session.ended",
        subject=f"person:{row.person_id}",
        actor=actor,
        after={"reason": reason},
    )


def end_all(session: Session, *, person_id: UUID, reason: str, keep: UUID | None = None) -> int:
    """End every sign-in of a person and void all their tokens; answer how many there were.

    `keep` goes on, as when its owner changed the password; only the others are ended then. Half-open ones are gone in any
    case: their password may be the old one.
    """
    session.execute(delete(HalfSignIn).where(HalfSignIn.person_id == person_id))
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != keep)
    rows: Sequence[SignIn] = session.scalars(query).all()
    now = clock.now()
    for row in rows:
        row.ended_at, row.end_reason = now, reason
        if keep:
            revoke(session, key=f"sid:{row.id}", at=_seconds(now))
    if keep is None:
        revoke(session, key=f"sub:{person_id}", at=_seconds(now))
    return len(rows)


def forget(session: Session, *, person_id: UUID) -> None:
    """Forget where and on what a person was signed in, when their account is deleted; that they were stays."""
    for kind in (SignIn, Attempt):
        session.execute(update(kind).where(kind.person_id == person_id).values(address="", device=""))
    session.execute(delete(HalfSignIn).where(HalfSignIn.person_id == person_id))


def refresh_tokens(session: Session, *, person_id: UUID) -> None:
    """Void the tokens a person has, so that the next click brings a new one with the present roles; sign-ins stay."""
    revoke(session, key=f"sub:{person_id}", at=_seconds(clock.now()))


def revoke(session: Session, *, key: str, at: int) -> None:
    """Void tokens: of `sid:…`, or of `sub:…` or everybody issued at or before `at`."""
    record(session, "auth.session.revoked.v1", feed=FEED, subject=key, data={"key": key, "at": at})
    apply_revocation(session, key=key, at=at)
    row = Push(id=new_id(), key=key, at=at, tries=0, next_at=clock.now())
    session.add(row)
    push.after_commit(session, row)


def digest(secret: str) -> bytes:
    """Digest a cookie's secret; 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
