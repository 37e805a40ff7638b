"""One-time codes: the unit reads one out or prints it, its owner chooses a new password with it, once and soon (clause 10).

CodeRefused (422)   no code for an account that nobody may sign in to
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.accounts import handout, lookalikes, passwords, service, throttle
from auth.accounts.model import Account, ResetCode
from auth.policy import service as policies
from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid

SKEW = timedelta(minutes=5)
"""A code from further in the future was made while a clock was wrong: it holds for nobody."""


class CodeRefused(Invalid):
    """No code can be made."""

    code = "auth.reset-code-refused"
    title = _l("No code was made")


def issue(session: Session, *, account: Account, actor: str, key: str = "") -> tuple[str, datetime]:
    """Make a code for an account; answer it with the moment it ends. The one before stops working, the password does not.

    Raises:
        CodeRefused: the account is blocked or its last day is over.
        handout.AlreadyHandedOut: the same form was sent before.
    """
    if not service.is_open(account):
        raise CodeRefused(
            _("Nobody may sign in to this account: it is blocked, deleted or its term is over.")
        )
    handout.once(session, key=key, actor=actor)
    code, now = passwords.invent_code(), clock.now()
    until = now + timedelta(minutes=policies.get(session).code_minutes)
    values = {
        "code_hash": passwords.hash_password(_bare(code)),
        "issued_by": actor,
        "issued_at": now,
        "expires_at": until,
    }
    statement = insert(ResetCode).values(person_id=account.person_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[ResetCode.person_id], set_=values))
    audit(
        session,
        act="auth.account.code-made",
        subject=f"person:{account.person_id}",
        actor=actor,
        after={"until": until.isoformat()},
    )
    return code, until


def redeem(session: Session, *, login: str, code: str, new: str, again: str, address: str) -> None:
    """Change a password by a code; every sign-in of the person ends, the code is used up.

    What is wrong with the new password by itself is said first, for any login alike. Then each try costs one turn at the
    hasher, whether there is such a login, such a code, or not.

    Raises:
        PasswordRefused: the new password does not fit; the code still holds.
        SignInRefused: login or code is wrong, or was tried too often; the unit of work has to be kept then.
    """
    if errors := service.new_password_faults(session, new=new, again=again):
        raise service.PasswordRefused(errors=errors)
    typed = lookalikes.fold(login)
    service.check_tries(session, login=typed, address=address)
    account = service.find(session, typed)
    known = _living(session, account) if account else None
    if not passwords.is_right(known, _bare(code)) or account is None:
        throttle.count(session, login=typed, address=address, now=clock.now())
        raise service.SignInRefused(_("The login or the code is wrong, or the code is no longer valid."))
    throttle.forgive(session, login=typed, address=address)
    service.check_standing(account)
    service.change_password(session, account=account, new=new, again=again, keep=None)
    audit(
        session,
        act="auth.account.code-used",
        subject=f"person:{account.person_id}",
        actor=account.person_id,
        after={"address": address},
    )


def _living(session: Session, account: Account) -> str | None:
    row = session.scalar(
        select(ResetCode).where(ResetCode.person_id == account.person_id).with_for_update(key_share=True)
    )
    return row.code_hash if row and row.issued_at - SKEW <= clock.now() < row.expires_at else None


def _bare(code: str) -> str:
    """Read a code as people type it: capitals, spaces, hyphens and a Cyrillic twin of a letter do not matter."""
    return lookalikes.fold(code).replace("-", "").replace(" ", "")


def forget_old(session: Session) -> None:
    """Drop codes that are over, so that a clock set back brings none to life."""
    session.execute(delete(ResetCode).where(ResetCode.expires_at <= clock.now()))
