"""Blocking of accounts by an order, and its end (clause 10 of Order No. 21).

BlockRefused (422)   blocking oneself, blocking twice
"""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from auth.accounts import service
from auth.accounts.model import Account
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid


class BlockRefused(Invalid):
    """The account cannot be blocked or unblocked like this."""

    code = "auth.block-refused"
    title = _l("Nothing was changed")


def block(
    session: Session, *, account: Account, reason: str, order_number: str, order_date: date, actor: UUID
) -> None:
    """Block an account by an order: every sign-in ends, every token is void with the commit.

    Raises:
        BlockRefused: one's own account, or one that is blocked already.
    """
    service.get_living_or_raise(session, account.person_id)
    if account.person_id == actor:
        raise BlockRefused(_("Nobody blocks their own account: ask another administrator."))
    if account.blocked_at:
        raise BlockRefused(_("This account is already blocked."))
    account.blocked_at, account.blocked_reason = clock.now(), reason
    account.blocked_order, account.blocked_on = order_number, order_date
    service.show_standing(session, account)
    sessions.end_all(session, person_id=account.person_id, reason="blocked")
    audit(
        session,
        act="auth.account.blocked",
        subject=f"person:{account.person_id}",
        actor=actor,
        after={"reason": reason},
        basis=service.basis(order_number, order_date),
    )


def unblock(session: Session, *, account: Account, order_number: str, order_date: date, actor: UUID) -> None:
    """Unblock an account by an order.

    Raises:
        BlockRefused: it is not blocked.
    """
    if not account.blocked_at:
        raise BlockRefused(_("This account is not blocked."))
    account.blocked_at = account.blocked_reason = account.blocked_order = account.blocked_on = None
    service.show_standing(session, account)
    audit(
        session,
        act="auth.account.unblocked",
        subject=f"person:{account.person_id}",
        actor=actor,
        basis=service.basis(order_number, order_date),
    )
