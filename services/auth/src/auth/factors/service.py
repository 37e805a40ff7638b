"""The second factor of a person: set up, check, renew the recovery codes, remove, reset by the unit.

CodeRefused (422)       wrong, used before, or not a code at all: one and the same sentence
FactorRefused (422)     there is one already, there is none, or one's own is to be reset
"""

from datetime import date
from uuid import UUID

import pyotp
import structlog
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from auth.accounts import passwords, throttle
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.factors import rules, vault
from auth.factors.model import Factor, RecoveryCode
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid

CONFIRMED = select(Factor.confirmed_at).where(
    Factor.person_id == bindparam("person"), Factor.confirmed_at.is_not(None)
)
logger = structlog.get_logger(__name__)


class CodeRefused(Invalid):
    """The code does not fit."""

    code = "auth.code-refused"
    title = _l("The code was not taken")


class FactorRefused(Invalid):
    """The second factor cannot be changed like this."""

    code = "auth.factor-refused"
    title = _l("Nothing was changed")


def get(session: Session, person_id: UUID) -> Factor | None:
    """Get the second factor a person signs in with; one that was never confirmed does not count."""
    factor = session.get(Factor, person_id)
    return factor if factor is not None and factor.confirmed_at else None


def has(session: Session, person_id: UUID) -> bool:
    """Tell whether a person signs in with a second factor."""
    return session.scalar(CONFIRMED, {"person": person_id}) is not None


def pending(session: Session, person_id: UUID) -> Factor | None:
    """Get the second factor a person is just setting up."""
    factor = session.get(Factor, person_id)
    return factor if factor is not None and not factor.confirmed_at else None


def count_codes(session: Session, person_id: UUID) -> int:
    """Count the recovery codes a person has left."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def begin(session: Session, *, person_id: UUID, secret_key: str) -> Factor:
    """Make a secret for a new authenticator; it counts when `confirm` was given a right code of it.

    Raises:
        FactorRefused: there is a second factor already.
    """
    if get(session, person_id):
        raise FactorRefused(_("A second factor is set up already."))
    factor = pending(session, person_id) or Factor(person_id=person_id, last_step=0)
    factor.created_at = clock.now()
    factor.sealed = vault.seal(pyotp.random_base32(), person_id=person_id, secret_key=secret_key)
    session.add(factor)
    return factor


def secret_of(factor: Factor, *, secret_key: str) -> str:
    """Read the secret of an authenticator."""
    return vault.unseal(factor.sealed, person_id=factor.person_id, secret_key=secret_key)


def confirm(
    session: Session, *, account: Account, code: str, address: str, secret_key: str, keep: UUID
) -> list[str]:
    """Take the first right code of a new authenticator; answer the recovery codes, which stand nowhere else.

    Other sign-ins of the person end: they were opened with less.

    Raises:
        FactorRefused: nothing was begun.
        CodeRefused, TooManyTries: as `check`.
    """
    factor = pending(session, account.person_id)
    if factor is None:
        raise FactorRefused(_("Begin with the QR code."))
    _check(session, account=account, factor=factor, code=code, address=address, secret_key=secret_key)
    factor.confirmed_at = clock.now()
    session.flush()
    codes = _new_codes(session, account.person_id)
    sessions.end_all(session, person_id=account.person_id, reason="factor-changed", keep=keep)
    _note(session, "enrolled", account.person_id, actor=account.person_id)
    return codes


def check(session: Session, *, account: Account, code: str, address: str, secret_key: str) -> str:
    """Check a code of the authenticator or a recovery code, once; answer which it was, "otp" or "recovery".

    Failures count as those of passwords do, for the account and for the address; the unit of work has to be kept for that.

    Raises:
        CodeRefused: it is wrong, or was used before.
        TooManyTries: wait first.
    """
    factor = get(session, account.person_id)
    if factor is None:
        raise CodeRefused(_("The code is wrong, or was used before."))
    return _check(session, account=account, factor=factor, code=code, address=address, secret_key=secret_key)


def _check(
    session: Session, *, account: Account, factor: Factor, code: str, address: str, secret_key: str
) -> str:
    # A login has no colon, so that nobody's password is slowed down by somebody's codes.
    who, now = f"code:{account.person_id}", clock.now()
    waiting = throttle.wait(session, login=who, address=address, now=now)
    if waiting:
        raise accounts.TooManyTries(throttle.words(waiting))
    typed = rules.clean(code)
    kind = rules.kind_of(typed)
    fits = (kind == "otp" and _take_otp(session, factor, typed, secret_key)) or (
        kind == "recovery" and _take_recovery(session, factor, typed)
    )
    if not fits:
        throttle.count(session, login=who, address=address, now=now)
        raise CodeRefused(_("The code is wrong, or was used before."))
    throttle.forgive(session, login=who, address=address)
    return kind


def _take_otp(session: Session, factor: Factor, code: str, secret_key: str) -> bool:
    try:
        secret = secret_of(factor, secret_key=secret_key)
    except vault.Unreadable as error:
        logger.error("a second factor cannot be read", person=str(factor.person_id), error=str(error))
        return False
    step = rules.matching_step(secret, code, at=clock.now(), last_step=factor.last_step)
    if step is None:
        return False
    # Of two requests with one code only the first gets a row.
    newer = update(Factor).where(Factor.person_id == factor.person_id, Factor.last_step < step)
    taken = session.execute(newer.values(last_step=step).returning(Factor.person_id))
    return taken.first() is not None


def _take_recovery(session: Session, factor: Factor, code: str) -> bool:
    stored = session.get(RecoveryCode, (factor.person_id, int(code[0])), with_for_update=ROW_LOCK)
    unused = stored is not None and stored.used_at is None and factor.confirmed_at is not None
    if not passwords.is_right(stored.hash if stored and unused else None, code) or stored is None:
        return False
    stored.used_at = clock.now()
    session.flush()
    _note(session, "recovery-code-used", factor.person_id, actor=factor.person_id)
    return True


def renew_codes(session: Session, *, person_id: UUID) -> list[str]:
    """Make ten new recovery codes; the earlier ones open nothing any more."""
    codes = _new_codes(session, person_id)
    _note(session, "codes-renewed", person_id, actor=person_id)
    return codes


def remove(session: Session, *, person_id: UUID, keep: UUID) -> None:
    """Remove one's own second factor; the caller has checked the password and a code. Other sign-ins of the person end."""
    forget(session, person_id=person_id)
    sessions.end_all(session, person_id=person_id, reason="factor-changed", keep=keep)
    _note(session, "removed", person_id, actor=person_id)


def reset(session: Session, *, account: Account, order_number: str, order_date: date, actor: UUID) -> None:
    """Take the second factor off somebody who lost it, by an order; all their sign-ins end.

    Raises:
        FactorRefused: there is none, or it is one's own.
    """
    if account.person_id == actor:
        raise FactorRefused(_("Nobody resets their own second factor: ask another administrator."))
    if get(session, account.person_id) is None:
        raise FactorRefused(_("This person has no second factor."))
    forget(session, person_id=account.person_id)
    sessions.end_all(session, person_id=account.person_id, reason="factor-reset")
    _note(session, "reset", account.person_id, actor=actor, basis=accounts.basis(order_number, order_date))


def forget(session: Session, *, person_id: UUID) -> None:
    """Drop the second factor of a person with its recovery codes, if there is one; confirmed or not."""
    if factor := session.get(Factor, person_id):
        session.delete(factor)
        session.flush()


def _new_codes(session: Session, person_id: UUID) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [f"{place}-{passwords.invent()}" for place in range(rules.RECOVERY_CODES)]
    for place, code in enumerate(codes):
        hashed = passwords.hash_password(rules.clean(code))
        session.add(RecoveryCode(person_id=person_id, place=place, hash=hashed))
    session.flush()
    return codes


def _note(session: Session, what: str, person_id: UUID, *, actor: UUID, basis: str | None = None) -> None:
    audit(session, act=f"auth.factor.{what}", subject=f"person:{person_id}", actor=actor, basis=basis)
