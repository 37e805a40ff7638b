"""End sign-ins by an order: of a person, of a unit, of everybody (clause 8 of Order No. 21).

EndingRefused (422)     the unit is not named, or lies outside the caller's scope
"""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from auth.accounts.service import basis
from auth.people.model import Person
from auth.sessions import service
from auth.sessions.model import HalfSignIn, SignIn
from chassis import clock
from chassis.audit import audit
from chassis.i18n import lazy_gettext as _l
from chassis.permissions import EVERYBODY
from chassis.problems import Invalid

REASON, BY_OWNER = "ended-by-order", "ended-by-owner"


class EndingRefused(Invalid):
    """The sign-ins cannot be ended like this."""

    code = "auth.ending-refused"
    title = _l("No sign-in was ended")


def own_others(session: Session, *, person_id: UUID, keep: UUID) -> int:
    """End all of one's own sign-ins but the present one; answer how many there were."""
    count = service.end_all(session, person_id=person_id, reason=BY_OWNER, keep=keep)
    _note(session, f"person:{person_id}", count, person_id, None)
    return count


def of_person(session: Session, *, person_id: UUID, order_number: str, order_date: date, actor: UUID) -> int:
    """End all sign-ins of a person; answer how many there were."""
    count = service.end_all(session, person_id=person_id, reason=REASON)
    _note(session, f"person:{person_id}", count, actor, basis(order_number, order_date))
    return count


def of_unit(
    session: Session,
    *,
    code: str,
    members: ColumnElement[bool],
    order_number: str,
    order_date: date,
    actor: UUID,
    keep: UUID | None,
) -> int:
    """End the sign-ins of everybody in a unit; `members` is the condition on `Person`, `keep` the sign-in of the one who acts."""
    ended = _end(session, SignIn.person_id.in_(select(Person.id).where(members)), keep)
    at = int(clock.now().timestamp())
    for person_id in sorted(set(ended)):
        service.revoke(session, key=f"sub:{person_id}", at=at)
    _note(session, f"unit:{code}", len(ended), actor, basis(order_number, order_date))
    return len(ended)


def of_everybody(
    session: Session, *, order_number: str, order_date: date, actor: UUID, keep: UUID | None
) -> int:
    """End every sign-in there is but `keep`; one revocation by time of issue voids all tokens."""
    ended = _end(session, SignIn.id.is_not(None), keep)
    service.revoke(session, key=EVERYBODY, at=int(clock.now().timestamp()))
    _note(session, "everybody", len(ended), actor, basis(order_number, order_date))
    return len(ended)


def _end(session: Session, whose: ColumnElement[bool], keep: UUID | None) -> list[UUID]:
    others = SignIn.id != keep if keep else SignIn.id.is_not(None)
    statement = update(SignIn).where(SignIn.ended_at.is_(None), whose, others)
    ended = session.scalars(
        statement.values(ended_at=clock.now(), end_reason=REASON).returning(SignIn.person_id)
    ).all()
    # Few and short-lived: whoever is just typing a code begins anew.
    session.execute(delete(HalfSignIn))
    return list(ended)


def _note(session: Session, subject: str, count: int, actor: UUID, ground: str | None) -> None:
    audit(
        session,
        act="auth.session.all-ended",
        subject=subject,
        actor=actor,
        after={"sign_ins": count},
        basis=ground,
    )
