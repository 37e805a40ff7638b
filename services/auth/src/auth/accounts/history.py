"""Passwords a person had before: kept as hashes, as many as the academy's policy asks for."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.accounts import passwords
from auth.accounts.model import Account, OldPassword
from chassis import clock
from chassis.db import new_id


def has(session: Session, *, account: Account, password: str, last: int) -> bool:
    """Tell whether a password is one of the `last` ones before the present."""
    query = select(OldPassword.password_hash).where(OldPassword.person_id == account.person_id)
    newest = query.order_by(OldPassword.replaced_at.desc(), OldPassword.id.desc()).limit(max(last, 0))
    return passwords.is_among(session.scalars(newest).all(), password)


def keep(session: Session, *, account: Account, last: int) -> None:
    """Keep the present password as an old one, unless it came from a slip; older ones than the `last` go."""
    if account.password_hash and not account.must_change:
        row = OldPassword(id=new_id(), person_id=account.person_id, replaced_at=clock.now())
        row.password_hash = account.password_hash
        session.add(row)
        session.flush()
    mine = select(OldPassword.id).where(OldPassword.person_id == account.person_id)
    newest = mine.order_by(OldPassword.replaced_at.desc(), OldPassword.id.desc())
    session.execute(delete(OldPassword).where(OldPassword.id.in_(newest.offset(max(last, 0)))))


def forget(session: Session, *, account: Account) -> None:
    """Drop every old password of an account."""
    session.execute(delete(OldPassword).where(OldPassword.person_id == account.person_id))
