"""Let in whom Keycloak vouches for, and end what it ends.

NotAdmitted (403)    Keycloak knows this person, the academy does not let them in; `reason` says which words they get
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.keycloak.model import EmergencyAccount, ExternalIdentity, KeycloakSignIn
from auth.keycloak.oidc import SignedIn
from auth.sessions import service as sessions
from auth.sessions.model import SignIn
from chassis import clock
from chassis.audit import audit
from chassis.problems import Forbidden


class NotAdmitted(Forbidden):
    """The account at Keycloak opens nothing here."""

    code = "auth.not-admitted"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def find_person(session: Session, *, issuer: str, sub: str) -> ExternalIdentity | None:
    """Find whom an issuer means; only a push of ours ties a person to an account there, never a name that looks alike."""
    return session.get(ExternalIdentity, (issuer, sub))


def admit(session: Session, *, issuer: str, signed: SignedIn) -> Account:
    """Give the account of whom Keycloak vouches for, if it may sign in.

    Whoever signed in with the password of a slip has just been made to change it at Keycloak: the slip is spent here, too.

    Raises:
        NotAdmitted: nobody of ours, blocked, with a slip that has expired, or an emergency account, which has its own door.
    """
    known = find_person(session, issuer=issuer, sub=signed.sub)
    account = accounts.get(session, known.person_id) if known else None
    if known is None or account is None:
        raise NotAdmitted("unknown")
    if session.get(EmergencyAccount, account.person_id):
        raise NotAdmitted("emergency")
    if not accounts.is_open(account):
        raise NotAdmitted("blocked")
    if account.must_change and known.password_at == account.password_at:
        if account.slip_expires_at and account.slip_expires_at <= clock.now():
            raise NotAdmitted("slip")
        spend_slip(account)
    account.last_sign_in_at = clock.now()
    return account


def spend_slip(account: Account) -> None:
    """Forget a password that is no longer the one at Keycloak; after a return to local sign-in the unit gives a new slip."""
    account.password_hash, account.must_change = None, False


def join(session: Session, *, row: SignIn, signed: SignedIn) -> None:
    """Remember which of Keycloak's sessions a sign-in stands on, and when Keycloak has last seen a proof of who it is."""
    row.auth_time = datetime.fromtimestamp(signed.auth_time, UTC)
    found = session.get(KeycloakSignIn, row.id)
    if found is None:
        found = KeycloakSignIn(sign_in_id=row.id)
        session.add(found)
    found.session_id, found.id_token = signed.session_id, signed.id_token


def of_sign_in(session: Session, row: SignIn) -> KeycloakSignIn | None:
    """Give what joins a sign-in to Keycloak; None for one that was opened with a local password."""
    return session.get(KeycloakSignIn, row.id)


def end_from_outside(session: Session, *, issuer: str, session_id: str, sub: str) -> int:
    """End what stood on a session that ended at Keycloak; without a session, all of the person's that stood on it.

    Returns:
        How many sign-ins ended; a repeated call ends none.
    """
    rows = (
        _living(session, session_id=session_id) if session_id else _living_of(session, issuer=issuer, sub=sub)
    )
    for row in rows:
        sessions.end(session, row=row, reason="keycloak", actor="keycloak")
    return len(rows)


def _living(session: Session, *, session_id: str) -> Sequence[SignIn]:
    query = select(SignIn).join(KeycloakSignIn, KeycloakSignIn.sign_in_id == SignIn.id)
    return session.scalars(
        query.where(KeycloakSignIn.session_id == session_id, SignIn.ended_at.is_(None))
    ).all()


def _living_of(session: Session, *, issuer: str, sub: str) -> Sequence[SignIn]:
    known = find_person(session, issuer=issuer, sub=sub)
    query = select(SignIn).join(KeycloakSignIn, KeycloakSignIn.sign_in_id == SignIn.id)
    person: UUID | None = known.person_id if known else None
    return session.scalars(query.where(SignIn.person_id == person, SignIn.ended_at.is_(None))).all()


def forget_password(session: Session, *, issuer: str, sub: str, changed_at: datetime) -> bool:
    """Forget the local password of who has changed theirs at Keycloak since, lest an old one work again after a return.

    Returns:
        Whether there was one.
    """
    known = find_person(session, issuer=issuer, sub=sub)
    account = accounts.get(session, known.person_id) if known else None
    if known is None or account is None or account.password_hash is None:
        return False
    newer = account.password_at is not None and account.password_at >= changed_at
    if newer or account.password_at != known.password_at:
        return False
    spend_slip(account)
    audit(
        session,
        act="auth.account.password-changed-at-keycloak",
        subject=f"person:{account.person_id}",
        actor=account.person_id,
    )
    return True
