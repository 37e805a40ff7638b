"""Accounts: create, sign in, change and reset passwords, block and unblock (clause 10 of Order No. 21).

AccountNotFound (404)
SignInRefused (422)       wrong login or password, in one and the same sentence
  TooManyTries            wait first; said of any login alike
  AccountBlocked          said only to who knows the password
PasswordRefused (422)     the new password does not fit the policy
BlockRefused (422)        blocking oneself, blocking twice
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.accounts import passwords, rules, throttle
from auth.accounts.model import Account
from auth.people import service as people
from auth.people.model import Person
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import ngettext
from chassis.problems import FieldError, Invalid, NotFound

MAX_TYPED = 1024


class AccountNotFound(NotFound):
    """The person has no account."""

    code = "auth.account-not-found"


class SignInRefused(Invalid):
    """The sign-in failed; the words do not say whether the login exists."""

    code = "auth.sign-in-refused"
    title = _l("You were not signed in")


class TooManyTries(SignInRefused):
    """There were too many failures lately."""

    code = "auth.too-many-tries"


class AccountBlocked(SignInRefused):
    """The password is right, but the account is blocked."""

    code = "auth.account-blocked"


class PasswordRefused(Invalid):
    """The new password does not fit the policy."""

    code = "auth.password-refused"
    title = _l("The password was not changed")


class BlockRefused(Invalid):
    """The account cannot be blocked or unblocked like this."""

    code = "auth.block-refused"
    title = _l("Nothing was changed")


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a sign-in slip; exists only until it is printed."""

    person: Person
    login: str
    password: str


def get(session: Session, person_id: UUID) -> Account | None:
    """Get the account of a person."""
    return session.get(Account, person_id)


def get_or_raise(session: Session, person_id: UUID) -> Account:
    """Get the account of a person.

    Raises:
        AccountNotFound: they have none.
    """
    account = get(session, person_id)
    if account is None:
        raise AccountNotFound
    return account


def find(session: Session, login: str) -> Account | None:
    """Find an account by its login, as typed."""
    return session.scalar(select(Account).where(Account.login == rules.normalise_login(login)))


def create(
    session: Session, *, person: Person, actor: UUID | str, basis: str = "", login: str = ""
) -> Account:
    """Create an account without a password; the slip gives one.

    A given `login` is taken instead of one made of the name: for the first administrator.
    """
    account = Account(
        person=person, login=login or _free_login(session, person), must_change=True, created_at=clock.now()
    )
    session.add(account)
    session.flush()
    audit(
        session,
        act="auth.account.created",
        subject=f"person:{person.id}",
        actor=actor,
        after={"login": account.login},
        basis=basis or None,
    )
    return account


def _free_login(session: Session, person: Person) -> str:
    family = rules.plain(person.family_name)[:24] or "user"
    taken = set(
        session.scalars(select(Account.login).where(Account.login.startswith(family, autoescape=True)))
    )
    candidates = rules.login_candidates(person.family_name, person.given_name, person.patronymic)
    return next(login for login in candidates if login not in taken)


def give_slips(session: Session, *, accounts: list[Account], actor: UUID | str) -> list[Slip]:
    """Invent a first password for each account; whoever signs in with it must change it.

    The passwords exist in the answer alone: a slip lost is a slip made anew, and the old one stops working.
    """
    slips = []
    for account in accounts:
        password = passwords.invent()
        _set_password(account, password, must_change=True)
        account.slip_at = clock.now()
        if account.last_sign_in_at:
            sessions.end_all(session, person_id=account.person_id, reason="reset")
        audit(session, act="auth.account.slip-made", subject=f"person:{account.person_id}", actor=actor)
        slips.append(Slip(account.person, account.login, password))
    return slips


def authenticate(session: Session, *, login: str, password: str, address: str) -> Account:
    """Answer the account of a right login and password, and count failures.

    The unit of work has to be kept after a refusal too, else the failure is not counted.

    Raises:
        TooManyTries: for this login or address, whether it exists or not.
        SignInRefused: the login or the password is wrong.
        AccountBlocked: both are right.
    """
    typed, now = rules.normalise_login(login), clock.now()
    waiting = throttle.wait(session, login=typed, address=address, now=now)
    if waiting > timedelta():
        raise TooManyTries(wait_words(waiting))
    account = find(session, typed) if "\0" not in typed else None
    known = account.password_hash if account else None
    if not passwords.is_right(known, password[:MAX_TYPED]) or account is None:
        throttle.count(session, login=typed, address=address, now=now)
        raise SignInRefused(_("The login or the password is wrong."))
    throttle.forgive(session, login=typed)
    if account.blocked_at or account.person.status != "active":
        raise AccountBlocked(_("This account is blocked. Please turn to the unit that runs the portal."))
    if known and passwords.is_outdated(known):
        account.password_hash = passwords.hash_password(password)
    account.last_sign_in_at = now
    return account


def wait_words(waiting: timedelta) -> str:
    """Say how long the next try has to wait."""
    minutes = -(-int(waiting.total_seconds()) // 60) or 1
    return ngettext(
        "Too many tries. Please try again in %(n)s minute.",
        "Too many tries. Please try again in %(n)s minutes.",
        minutes,
    )


def confirm_password(session: Session, *, account: Account, password: str, address: str) -> None:
    """Check the password of who is signed in already.

    Raises:
        SignInRefused: it is wrong, or was tried too often.
    """
    authenticate(session, login=account.login, password=password, address=address)


def change_password(session: Session, *, account: Account, new: str, again: str, keep: UUID) -> None:
    """Change one's own password; other sign-ins of the person end, `keep` goes on.

    Raises:
        PasswordRefused: names what the policy has against it.
    """
    about = (account.login, account.person.full_name, account.person.number)
    faults = [PASSWORD_FAULTS[code]() for code in rules.password_faults(new, about=about)]
    errors = [FieldError("/new", text) for text in faults]
    if new != again:
        errors.append(FieldError("/again", _("The two passwords differ")))
    if not errors and passwords.is_right(account.password_hash, new):
        errors.append(FieldError("/new", _("This is the password you have now: choose another one")))
    if errors:
        raise PasswordRefused(errors=errors)
    _set_password(account, new, must_change=False)
    sessions.end_all(session, person_id=account.person_id, reason="password-changed", keep=keep)
    audit(
        session,
        act="auth.account.password-changed",
        subject=f"person:{account.person_id}",
        actor=account.person_id,
    )


def _set_password(account: Account, password: str, *, must_change: bool) -> None:
    account.password_hash = passwords.hash_password(password)
    account.password_at, account.must_change = clock.now(), must_change


def block(
    session: Session, *, account: Account, reason: str, order_number: str, order_date: date, actor: UUID
) -> None:
    """Block an account by an order: every sign-in ends, every token is void with the commit.

    Raises:
        BlockRefused: one's own account, or one that is blocked already.
    """
    if account.person_id == actor:
        raise BlockRefused(_("Nobody blocks their own account: ask another administrator."))
    if account.blocked_at:
        raise BlockRefused(_("This account is already blocked."))
    account.blocked_at, account.blocked_reason = clock.now(), reason
    account.blocked_order, account.blocked_on = order_number, order_date
    _set_status(session, account.person, "blocked")
    sessions.end_all(session, person_id=account.person_id, reason="blocked")
    audit(
        session,
        act="auth.account.blocked",
        subject=f"person:{account.person_id}",
        actor=actor,
        after={"reason": reason},
        basis=basis(order_number, order_date),
    )


def unblock(session: Session, *, account: Account, order_number: str, order_date: date, actor: UUID) -> None:
    """Unblock an account by an order.

    Raises:
        BlockRefused: it is not blocked.
    """
    if not account.blocked_at:
        raise BlockRefused(_("This account is not blocked."))
    account.blocked_at = account.blocked_reason = account.blocked_order = account.blocked_on = None
    _set_status(session, account.person, "active")
    audit(
        session,
        act="auth.account.unblocked",
        subject=f"person:{account.person_id}",
        actor=actor,
        basis=basis(order_number, order_date),
    )


def _set_status(session: Session, person: Person, status: str) -> None:
    person.status = status
    session.flush()
    people.announce(session, person)


def basis(order_number: str, order_date: date) -> str:
    """Write the ground of an act as audit rows and grants carry it: `№ 12-к, 01.09.2026`."""
    return f"№ {order_number}, {order_date:%d.%m.%Y}"


PASSWORD_FAULTS = {
    "short": lambda: _("At least %(length)s characters", length=rules.MIN_LENGTH),
    "long": lambda: _("At most %(length)s characters", length=rules.MAX_LENGTH),
    "about-you": lambda: _("Your login, name or number must not stand in it"),
    "obvious": lambda: _("This is one of the passwords a stranger would try first"),
}
"""Words of the policy's fault codes."""
