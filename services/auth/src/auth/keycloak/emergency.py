"""The door for when Keycloak is dead: a few named administrators, local password and one-time code, every use on record.

EmergencyRefused (422)   who cannot be named, and why
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.factors import service as factors
from auth.keycloak import pushes
from auth.keycloak.model import EmergencyAccount
from chassis import clock
from chassis.audit import ROW, audit
from chassis.db import ROW_LOCK
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid

USED, FAILED = "auth.emergency.used", "auth.emergency.failed"
SHOWN = 50


class EmergencyRefused(Invalid):
    """The account cannot be an emergency account."""

    code = "auth.emergency-refused"
    title = _l("Nothing was changed")


def authenticate(
    session: Session, *, login: str, password: str, code: str, address: str, secret_key: str
) -> tuple[Account, str]:
    """Answer the account of an emergency administrator who knows password and present code, and which kind of code it was.

    Whatever is wrong, the words are the same; the unit of work has to be kept after a refusal, so that it is counted and on record.

    Raises:
        SignInRefused: anything is wrong, or too many tries.
    """
    account = accounts.authenticate(session, login=login, password=password, address=address)
    try:
        if session.get(EmergencyAccount, account.person_id) is None:
            raise factors.CodeRefused
        kind = factors.check(session, account=account, code=code, address=address, secret_key=secret_key)
    except (factors.CodeRefused, accounts.TooManyTries) as refused:
        _note(session, FAILED, account, address)
        raise accounts.SignInRefused(_("The login, the password or the code is wrong.")) from refused
    _note(session, USED, account, address)
    return account, kind


def _note(session: Session, act: str, account: Account, address: str) -> None:
    audit(
        session,
        act=act,
        subject=f"person:{account.person_id}",
        actor=account.person_id,
        after={"from": address},
    )


def list_(session: Session) -> Sequence[tuple[EmergencyAccount, Account]]:
    """List who may enter this way, with whether their password and second factor are ready to be read off the account."""
    query = select(EmergencyAccount, Account).join(Account, Account.person_id == EmergencyAccount.person_id)
    return [(named, account) for named, account in session.execute(query.order_by(Account.login))]


def is_ready(session: Session, account: Account) -> bool:
    """Tell whether an emergency account could sign in now: a password of its own and a second factor."""
    has_password = account.password_hash is not None and not account.must_change
    return has_password and factors.get(session, account.person_id) is not None


def uses(session: Session) -> Sequence[Any]:
    """List the latest uses of this door and the tries that failed."""
    query = select(ROW).where(ROW.c.act.in_((USED, FAILED))).order_by(ROW.c.number.desc()).limit(SHOWN)
    return session.execute(query).mappings().all()


def name(
    session: Session, *, login: str, order_number: str, order_date: date, actor: UUID
) -> EmergencyAccount:
    """Name an emergency administrator by an order; from then on the account is not at Keycloak any more.

    Raises:
        EmergencyRefused: no such account, not open, or named already.
    """
    account = accounts.find(session, login)
    if account is None or not accounts.is_open(account):
        raise EmergencyRefused(errors=[FieldError("/login", _("There is no open account with this login"))])
    if session.get(EmergencyAccount, account.person_id):
        raise EmergencyRefused(errors=[FieldError("/login", _("This account is named already"))])
    row = EmergencyAccount(
        person_id=account.person_id,
        order_number=order_number,
        order_date=order_date,
        named_by=actor,
        named_at=clock.now(),
    )
    session.add(row)
    pushes.want(session, person_id=account.person_id)
    audit(
        session,
        act="auth.emergency.named",
        subject=f"person:{account.person_id}",
        actor=actor,
        after={"login": account.login},
        basis=accounts.basis(order_number, order_date),
    )
    return row


def withdraw(session: Session, *, person_id: UUID, actor: UUID) -> None:
    """Let an emergency administrator be an ordinary account again, kept at Keycloak like every other."""
    row = session.get(EmergencyAccount, person_id, with_for_update=ROW_LOCK)
    if row is None:
        raise EmergencyRefused(_("This account is not an emergency account."))
    session.delete(row)
    pushes.want(session, person_id=person_id)
    before = {"order": accounts.basis(row.order_number, row.order_date)}
    audit(session, act="auth.emergency.withdrawn", subject=f"person:{person_id}", actor=actor, before=before)


def any_ready(session: Session) -> bool:
    """Tell whether somebody could sign in if Keycloak died now."""
    return any(is_ready(session, account) for _named, account in list_(session))
