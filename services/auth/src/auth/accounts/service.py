"""Accounts: create, sign in, change and reset passwords (clause 10 of Order No. 21).

AccountNotFound (404)
LoginRefused (422)        not a login, or one that looks like another
SignInRefused (422)       wrong login or password, in one and the same sentence
  PasswordUnusable        no password of anybody looks like this; found before anything is asked or hashed
  TooManyTries            wait first; said of any login alike
  AccountBlocked          said only to who knows the password, as are the next two
  AccountExpired          its last day is over
  SlipExpired             the first password was not used in time
PasswordRefused (422)     the new password does not fit the policy
AccountDeleted (422)      nothing can be done with an account that was deleted
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from auth.accounts import handout, history, lookalikes, password_rules, passwords, rules, throttle
from auth.accounts.leaked import listed
from auth.accounts.logins import create_all
from auth.accounts.model import Account, ResetCode
from auth.people import service as people
from auth.people.model import Person
from auth.policy import service as policies
from auth.sessions import service as sessions
from chassis import clock
from chassis.audit import audit
from chassis.i18n import format_date, format_datetime
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid, NotFound

_ACCOUNT: Any = Account.__table__
NOTE_SIGN_IN = (
    update(_ACCOUNT)
    .where(_ACCOUNT.c.person_id == bindparam("person"), _ACCOUNT.c.password_hash == bindparam("known"))
    .values(last_sign_in_at=bindparam("now"), password_hash=bindparam("new"))
)


class AccountNotFound(NotFound):
    """The person has no account."""

    code = "auth.account-not-found"


class LoginRefused(Invalid):
    """The login cannot be given."""

    code = "auth.login-refused"
    title = _l("The account was not opened")


class SignInRefused(Invalid):
    """The sign-in failed; the words do not say whether the login exists."""

    code = "auth.sign-in-refused"
    title = _l("You were not signed in")


class PasswordUnusable(SignInRefused):
    """What was typed can be nobody's password."""

    code = "auth.password-unusable"


class TooManyTries(SignInRefused):
    """There were too many failures lately."""

    code = "auth.too-many-tries"


class AccountBlocked(SignInRefused):
    """The password is right, but the account is blocked."""

    code = "auth.account-blocked"


class AccountExpired(SignInRefused):
    """The password is right, but the last day of the account is over."""

    code = "auth.account-expired"


class SlipExpired(SignInRefused):
    """The first password is right, but it was not used in time."""

    code = "auth.slip-expired"


class PasswordRefused(Invalid):
    """The new password does not fit the policy."""

    code = "auth.password-refused"
    title = _l("The password was not changed")


class AccountDeleted(Invalid):
    """The account was deleted for good."""

    code = "auth.account-deleted"
    title = _l("Nothing was changed")


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a sign-in slip; exists only until it is printed."""

    person: Person
    login: str
    password: str
    valid_to: date


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
    return session.scalar(select(Account).where(Account.login == lookalikes.fold(login)))


def get_living_or_raise(session: Session, person_id: UUID) -> Account:
    """Get an account something can still be done with.

    Raises:
        AccountNotFound: the person has none.
        AccountDeleted: it was deleted for good.
    """
    account = get_or_raise(session, person_id)
    if account.deleted_at:
        raise AccountDeleted(_("This account was deleted by an order; its login is never given again."))
    return account


def standing(account: Account) -> str:
    """Answer what may be done with an account today: `open`, `blocked`, `expired` or `deleted`."""
    return rules.standing(
        blocked=account.blocked_at is not None,
        deleted=account.deleted_at is not None,
        expires_on=account.expires_on,
        today=clock.today(),
    )


def is_open(account: Account) -> bool:
    """Tell whether its owner may be signed in."""
    return standing(account) == "open" and account.person.status == "active"


def create(
    session: Session, *, person: Person, actor: UUID | str, basis: str = "", login: str = ""
) -> Account:
    """Create an account without a password; the slip gives one.

    A given `login` is taken instead of one made of the name: for the first administrator.

    Raises:
        LoginRefused: the given login is none, or looks like one that was ever given.
    """
    if login and (refusal := _login_refusal(session, login)):
        raise LoginRefused(errors=[FieldError("/login", refusal)])
    return create_all(session, [person], actor=actor, basis=basis, logins=[login] if login else None)[0]


def _login_refusal(session: Session, login: str) -> str | None:
    if code := lookalikes.login_fault(login):
        return LOGIN_FAULTS[code]()
    alike = session.scalar(select(Account.login).where(Account.skeleton == lookalikes.skeleton(login)))
    return LOGIN_FAULTS["login-alike"]() if alike else None


def give_slips(session: Session, *, accounts: list[Account], actor: UUID | str, key: str = "") -> list[Slip]:
    """Invent a first password for each account; whoever signs in with it in time must change it.

    The passwords exist in the answer alone: a slip lost is a slip made anew, and the old one stops working. The same `key`, the
    one of the form whose button was pressed, makes slips once.

    Raises:
        AlreadyHandedOut: this very sheet was made before.
        AccountDeleted: one of the accounts was.
    """
    handout.once(session, key=key, actor=actor)
    now, days = clock.now(), policies.get(session).slip_days
    slips = []
    for account in accounts:
        get_living_or_raise(session, account.person_id)
        password = passwords.invent()
        _set_password(session, account, password, must_change=True)
        account.slip_at, account.slip_expires_at = now, now + timedelta(days=days)
        if account.last_sign_in_at:
            sessions.end_all(session, person_id=account.person_id, reason="reset")
        audit(session, act="auth.account.slip-made", subject=f"person:{account.person_id}", actor=actor)
        valid_to = account.slip_expires_at.astimezone(clock.ACADEMY).date()
        slips.append(Slip(account.person, account.login, password, valid_to))
    return slips


def authenticate(session: Session, *, login: str, password: str, address: str) -> Account:
    """Answer the account of a right login and password, and count failures.

    Every login, known or not, in whatever standing, costs one turn at the hasher. The unit of work has to be kept after a
    refusal too, else the failure is not counted.

    Raises:
        PasswordUnusable: nobody's password looks like this.
        TooManyTries: for this login or address, whether it exists or not.
        SignInRefused: the login or the password is wrong.
        AccountBlocked, AccountExpired, SlipExpired: both are right.
    """
    if fault := password_rules.typed_fault(password):
        raise PasswordUnusable(PASSWORD_FAULTS[fault]())
    typed, now = lookalikes.fold(login), clock.now()
    check_tries(session, login=typed, address=address)
    account = find(session, typed)
    known = account.password_hash if account else None
    if not passwords.is_right(known, password) or account is None:
        throttle.count(session, login=typed, address=address, now=now)
        raise SignInRefused(_("The login or the password is wrong."))
    throttle.forgive(session, login=typed, address=address)
    check_standing(account)
    if account.slip_expires_at and account.slip_expires_at <= now:
        until = format_datetime(account.slip_expires_at)
        raise SlipExpired(
            _(
                "The first password from the slip was valid until %(until)s. Ask the unit that runs the portal for a new slip.",
                until=until,
            )
        )
    _note_sign_in(session, account, password)
    return account


def check_tries(session: Session, *, login: str, address: str) -> None:
    """Refuse a try that comes too early after failures.

    Raises:
        TooManyTries: says in how many minutes.
    """
    waiting = throttle.wait(session, login=login, address=address, now=clock.now())
    if waiting > timedelta():
        raise TooManyTries(throttle.words(waiting))


def check_standing(account: Account) -> None:
    """Refuse who has proven who they are, but may not sign in.

    Raises:
        AccountBlocked, AccountExpired: with words for the owner.
    """
    if standing(account) == "expired" and account.expires_on:
        until = format_date(account.expires_on)
        raise AccountExpired(
            _(
                "This account worked until %(until)s. If your study or service goes on, turn to the unit that runs the portal.",
                until=until,
            )
        )
    if not is_open(account):
        raise AccountBlocked(_("This account is blocked. Please turn to the unit that runs the portal."))


def _note_sign_in(session: Session, account: Account, password: str) -> None:
    """Note the moment and renew an old hash, beside the version: a sign-in is no change an administrator competes with."""
    known = account.password_hash or ""
    new = passwords.hash_password(password) if passwords.is_outdated(known) else known
    now = clock.now()
    session.execute(NOTE_SIGN_IN, {"person": account.person_id, "known": known, "now": now, "new": new})
    set_committed_value(account, "last_sign_in_at", now)
    set_committed_value(account, "password_hash", new)


def confirm_password(session: Session, *, account: Account, password: str, address: str) -> None:
    """Check the password of who is signed in already.

    Raises:
        SignInRefused: it is wrong, or was tried too often.
    """
    authenticate(session, login=account.login, password=password, address=address)


def change_password(session: Session, *, account: Account, new: str, again: str, keep: UUID | None) -> None:
    """Change one's own password; other sign-ins of the person end, `keep` goes on.

    Raises:
        PasswordRefused: names what the policy has against it.
    """
    policy = policies.get(session)
    about = (account.login, account.person.full_name, account.person.number)
    errors = new_password_faults(session, new=new, again=again, about=about)
    if not errors and passwords.is_right(account.password_hash, new):
        errors = [FieldError("/new", _("This is the password you have now: choose another one"))]
    if not errors and history.has(session, account=account, password=new, last=policy.password_history - 1):
        errors = [FieldError("/new", _("You have had this password before: choose another one"))]
    if errors:
        raise PasswordRefused(errors=errors)
    history.keep(session, account=account, last=policy.password_history - 1)
    _set_password(session, account, new, must_change=False)
    sessions.end_all(session, person_id=account.person_id, reason="password-changed", keep=keep)
    audit(
        session,
        act="auth.account.password-changed",
        subject=f"person:{account.person_id}",
        actor=account.person_id,
    )


def new_password_faults(
    session: Session, *, new: str, again: str, about: tuple[str, ...] = ()
) -> list[FieldError]:
    """Answer what the policy has against a new password, without hashing anything."""
    length = policies.get(session).password_length
    codes = password_rules.password_faults(new, about=about, length=length, listed=listed())
    errors = [FieldError("/new", PASSWORD_FAULTS[code](length=length)) for code in codes]
    if new != again:
        errors.append(FieldError("/again", _("The two passwords differ")))
    return errors


def _set_password(session: Session, account: Account, password: str, *, must_change: bool) -> None:
    account.password_hash = passwords.hash_password(password)
    account.password_at, account.must_change = clock.now(), must_change
    account.slip_expires_at = None
    void_code(session, account)


def void_code(session: Session, account: Account) -> None:
    """Take back the one-time code of an account, if it has one."""
    session.execute(delete(ResetCode).where(ResetCode.person_id == account.person_id))


def show_standing(session: Session, account: Account) -> None:
    """Tell the other services whether the person is active, blocked or has left, where that has changed."""
    status = rules.STATUS[standing(account)]
    if account.person.status != status:
        account.person.status = status
        session.flush()
        people.announce(session, account.person)


def basis(order_number: str, order_date: date) -> str:
    """Write the ground of an act as audit rows and grants carry it: `№ 12-к, 01.09.2026`."""
    return f"№ {order_number}, {order_date:%d.%m.%Y}"


PASSWORD_FAULTS: dict[str, Callable[..., str]] = {
    "short": lambda length: _("At least %(length)s characters", length=length),
    "long": lambda **_p: _("At most %(length)s characters", length=password_rules.MAX_LENGTH),
    "invisible": lambda **_p: _("A password has no characters that cannot be seen: type it anew"),
    "about-you": lambda **_p: _("Your login, name or number must not stand in it"),
    "obvious": lambda **_p: _("This is one of the passwords a stranger would try first"),
    "leaked": lambda **_p: _("This password stands in lists of stolen passwords"),
}
"""Words of the policy's fault codes."""
LOGIN_FAULTS = {
    "login-mixed": lambda: _("Letters of two alphabets are mixed in this login"),
    "login-letters": lambda: _(
        "A login has small Latin letters, digits, and single dots and hyphens between them"
    ),
    "login-alike": lambda: _("This login, or one that looks the same, was already given"),
}
"""Words of what is wrong with a login."""
