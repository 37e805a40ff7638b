"""Close the accounts of people whose entry is undone, and open them again when they are entered anew.

The row stays with its login, so that nobody else ever gets it; a slip that was printed stops working. Unlike a deletion by an
order this can be taken back, by the intake that enters the same people once more.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.accounts.model import Account
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit


def close(session: Session, people: Sequence[Person], *, actor: UUID, basis: str) -> None:
    """Close accounts: no password fits any more, none can be made."""
    for account in _locked(session, people):
        account.password_hash, account.must_change = None, False
        account.slip_at = account.slip_expires_at = account.password_at = None
        account.deleted_at, account.deleted_order = clock.now(), basis
        _note(session, "closed", account, actor, basis)
    session.flush()


def open_again(session: Session, people: Sequence[Person], *, actor: UUID, basis: str) -> None:
    """Open closed accounts: with their old login, and without a password until the slip gives one."""
    for account in _locked(session, people):
        account.must_change, account.deleted_at, account.deleted_order = True, None, None
        _note(session, "opened-again", account, actor, basis)
    session.flush()


def _locked(session: Session, people: Sequence[Person]) -> Sequence[Account]:
    query = select(Account).where(Account.person_id.in_([person.id for person in people]))
    return session.scalars(
        query.order_by(Account.person_id).with_for_update(key_share=True, of=Account)
    ).all()


def _note(session: Session, act: str, account: Account, actor: UUID, basis: str) -> None:
    audit(
        session,
        act=f"auth.account.{act}",
        subject=f"person:{account.person_id}",
        actor=actor,
        after={"login": account.login},
        basis=basis,
    )
