"""Deletion of an account for good: what opened the door goes, the opaque id and the login stay taken for ever (clause 10).

DeletionRefused (422)   one's own account, or another one than meant
"""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from auth.access import service as access
from auth.accounts import history, lookalikes, service
from auth.accounts.model import Account
from auth.factors import service as factors
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid


class DeletionRefused(Invalid):
    """The account cannot be deleted like this."""

    code = "auth.deletion-refused"
    title = _l("Nothing was deleted")


def delete_account(
    session: Session,
    *,
    account: Account,
    login: str,
    reason: str,
    order_number: str,
    order_date: date,
    actor: UUID,
) -> None:
    """Delete an account by an order, in one unit of work: password, old ones, code, sign-ins and roles.

    The record of the person stays, as journals, statements and loans name them by it; feed auth/people says that they left.

    Raises:
        DeletionRefused: it is one's own, or `login`, typed by hand, is that of another one.
        AccountDeleted: it was deleted before.
    """
    service.get_living_or_raise(session, account.person_id)
    if account.person_id == actor:
        raise DeletionRefused(_("Nobody deletes their own account: ask another administrator."))
    if lookalikes.fold(login) != account.login:
        raise DeletionRefused(errors=[FieldError("/login", _("This is not the login of this account"))])
    for grant in access.list_(session, person_id=account.person_id):
        if not grant.withdrawn_at:
            access.withdraw(
                session, grant=grant, order_number=order_number, order_date=order_date, actor=actor
            )
    sessions.end_all(session, person_id=account.person_id, reason="deleted")
    sessions.forget(session, person_id=account.person_id)
    history.forget(session, account=account)
    factors.forget(session, person_id=account.person_id)
    service.void_code(session, account)
    account.password_hash, account.must_change = None, False
    account.slip_at = account.slip_expires_at = account.password_at = account.last_sign_in_at = None
    account.deleted_at, account.deleted_order = clock.now(), service.basis(order_number, order_date)
    service.show_standing(session, account)
    audit(
        session,
        act="auth.account.deleted",
        subject=f"person:{account.person_id}",
        actor=actor,
        before={"login": account.login},
        after={"reason": reason},
        basis=account.deleted_order,
    )
