"""The last day of an account: the end of study or of a contract, by an order, for one, a group or an intake (clause 10).

ExpiryRefused (422)   a day out of all bounds, or one's own account
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from auth.accounts import rules, service
from auth.accounts.model import Account
from auth.people.model import Person
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid

BATCH = 200
WARNED = 30
"""Days ahead in which an account is listed as ending."""
ACTOR = "auth"


class ExpiryRefused(Invalid):
    """The last day cannot be set like this."""

    code = "auth.expiry-refused"
    title = _l("Nothing was changed")


def set_last_day(
    session: Session,
    *,
    accounts: Sequence[Account],
    expires_on: date | None,
    order_number: str,
    order_date: date,
    actor: UUID,
) -> int:
    """Set the last day of accounts by an order, or lift it; answer how many changed. A day that is over ends them at once.

    One's own account is left out of many, and refused alone.

    Raises:
        ExpiryRefused: the day is out of bounds, or there is nobody to set it for.
    """
    if expires_on and (code := rules.last_day_fault(expires_on, today=clock.today())):
        raise ExpiryRefused(errors=[FieldError("/expires_on", FAULTS[code]())])
    others = [account for account in accounts if account.person_id != actor and not account.deleted_at]
    if not others:
        raise ExpiryRefused(
            _("Nobody sets the term of their own account, and there is no other one among these.")
        )
    ground = service.basis(order_number, order_date)
    changed = [account for account in others if account.expires_on != expires_on]
    for account in changed:
        _set(session, account, expires_on, ground, actor)
    return len(changed)


def _set(session: Session, account: Account, expires_on: date | None, ground: str, actor: UUID) -> None:
    before, account.expires_on = account.expires_on, expires_on
    account.expires_order = ground if expires_on else None
    account.expired_at = None
    audit(
        session,
        act="auth.account.term-set",
        subject=f"person:{account.person_id}",
        actor=actor,
        before={"expires_on": before and before.isoformat()},
        after={"expires_on": expires_on and expires_on.isoformat()},
        basis=ground,
    )
    if service.standing(account) == "expired":
        _end(session, account)
    else:
        service.show_standing(session, account)


def end_over(session: Session) -> int:
    """End the accounts whose last day is over by the academy's calendar; answer how many."""
    over = (Account.expires_on < clock.today(), Account.expired_at.is_(None), Account.deleted_at.is_(None))
    due = select(Account).where(*over).order_by(Account.expires_on).limit(BATCH)
    found = session.scalars(due.with_for_update(key_share=True, of=Account, skip_locked=True)).all()
    for account in found:
        _end(session, account)
    return len(found)


def _end(session: Session, account: Account) -> None:
    account.expired_at = clock.now()
    service.show_standing(session, account)
    sessions.end_all(session, person_id=account.person_id, reason="expired")
    audit(
        session,
        act="auth.account.expired",
        subject=f"person:{account.person_id}",
        actor=ACTOR,
        basis=account.expires_order,
    )


def list_of(
    session: Session, *, where: ColumnElement[bool], group_code: str = "", intake_id: UUID | None = None
) -> list[Account]:
    """List the accounts of a study group or an intake, within a condition on people, in alphabetical order."""
    if not group_code and intake_id is None:
        return []
    whose = Person.group_code == group_code if group_code else Person.intake_id == intake_id
    query = select(Account).join(Person).where(whose, where, Account.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Person.sort_key, Person.id)))


def list_ending(session: Session, *, where: ColumnElement[bool], days: int = WARNED) -> list[Account]:
    """List accounts whose last day comes within so many days, the nearest first."""
    today = clock.today()
    soon = Account.expires_on.between(today, today + timedelta(days=days))
    query = select(Account).join(Person).where(soon, where, Account.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Account.expires_on, Person.sort_key, Person.id)))


FAULTS = {
    "long-over": lambda: _("This day was more than a year ago"),
    "too-far": lambda: _("This day is more than ten years ahead"),
}
"""Words of what is wrong with a last day."""
