"""The quarterly review: every living grant is confirmed or marked by reviewers, and a sign-off by an order withdraws what was marked.

ReviewNotFound (404)      ReviewRefused (422): one is open already, lines are not settled, a decision about oneself or without a reason
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from auth.access import rules_reviews, service
from auth.access.model import Grant, Permission, Review, ReviewLine, RolePermission
from auth.accounts.service import basis
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import ngettext
from chassis.problems import FieldError, Invalid, NotFound

RISKS = ("low", "medium", "high")


class ReviewNotFound(NotFound):
    """No such review, or none is open."""

    code = "auth.review-not-found"


class ReviewRefused(Invalid):
    """The review cannot go on like this."""

    code = "auth.review-refused"
    title = _l("Nothing was changed")


@dataclass(frozen=True, slots=True)
class Seen:
    """A line with whom and what it is about, and how it stands."""

    line: ReviewLine
    grant: Grant
    person: Person

    @property
    def standing(self) -> str:
        """`open`, `waiting`, `settled`, or `gone` when the grant ended meanwhile."""
        if self.grant.withdrawn_at or (self.grant.valid_to and self.grant.valid_to < clock.today()):
            return "gone"
        line = self.line
        return rules_reviews.standing(
            line.risk, decided_by=line.decided_by, seconded_by=line.seconded_by, given_by=self.grant.given_by
        )


def list_(session: Session, *, limit: int = 40) -> Sequence[Review]:
    """List the reviews, the latest first."""
    return session.scalars(select(Review).order_by(Review.created_at.desc()).limit(limit)).all()


def get_or_raise(session: Session, id: UUID, *, lock: bool = False) -> Review:
    """Get a review.

    Raises:
        ReviewNotFound: there is none.
    """
    review = session.get(Review, id, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if review is None:
        raise ReviewNotFound
    return review


def find_open(session: Session) -> Review | None:
    """Find the review that is open."""
    return session.scalar(select(Review).where(Review.closed_at.is_(None)))


def start(session: Session, *, actor: UUID | None) -> Review:
    """Begin a review of all grants that live today; None as the actor is the quarter's own beginning.

    Raises:
        ReviewRefused: one is open, or nobody has a role.
    """
    if find_open(session):
        raise ReviewRefused(_("A review is open: sign it off first."))
    today, risks = clock.today(), _risks(session)
    query = select(Grant, Person).join(Person, Person.id == Grant.person_id).where(*service.living())
    found = session.execute(query).all()
    if not found:
        raise ReviewRefused(_("Nobody has a role yet."))
    review = Review(
        id=new_id(),
        quarter=rules_reviews.quarter_of(today),
        starts_on=today,
        due_on=rules_reviews.due_on(today),
        created_by=actor,
        created_at=clock.now(),
    )
    session.add(review)
    session.flush()
    session.add_all(_line(review, grant, person, risks.get(grant.role, "low")) for grant, person in found)
    session.flush()
    _note(session, review, act="auth.review.started", actor=actor, number=len(found), ground=None)
    return review


def start_quarter(session: Session) -> Review | None:
    """Begin the review of this quarter when it has none; for the clock."""
    quarter = rules_reviews.quarter_of(clock.today())
    done = session.scalar(select(Review.id).where(Review.quarter == quarter).limit(1))
    holders = session.scalar(select(Grant.id).where(*service.living()).limit(1))
    return None if done or not holders or find_open(session) else start(session, actor=None)


def _line(review: Review, grant: Grant, person: Person, risk: str) -> ReviewLine:
    return ReviewLine(
        id=new_id(),
        review_id=review.id,
        grant_id=grant.id,
        person_id=person.id,
        role=grant.role,
        unit=person.department_code or person.group_code or "",
        risk=risk,
    )


def _risks(session: Session) -> dict[str, str]:
    """Give the highest risk among the permissions of each role."""
    rank = case({risk: at for at, risk in enumerate(RISKS)}, value=Permission.risk)
    query = select(RolePermission.role, func.max(rank)).join(
        Permission, Permission.code == RolePermission.permission
    )
    return {role: RISKS[highest] for role, highest in session.execute(query.group_by(RolePermission.role))}


def lines(
    session: Session,
    *,
    review: Review,
    where: ColumnElement[bool] | None = None,
    unit: str | None = None,
    role: str = "",
    standing: str = "",
) -> list[Seen]:
    """List the lines of a review about people within a condition, by unit, role and name."""
    query = _seen(review) if where is None else _seen(review).where(where)
    query = query if unit is None else query.where(ReviewLine.unit == unit)
    query = query.where(ReviewLine.role == role) if role else query
    order = (ReviewLine.unit, ReviewLine.role, Person.sort_key, ReviewLine.id)
    rows = session.execute(query.order_by(*order))
    found = [Seen(line, grant, person) for line, grant, person in rows]
    return [seen for seen in found if not standing or seen.standing == standing]


def _seen(review: Review) -> Select[ReviewLine, Grant, Person]:
    query = select(ReviewLine, Grant, Person).join(Grant, Grant.id == ReviewLine.grant_id)
    return query.join(Person, Person.id == ReviewLine.person_id).where(ReviewLine.review_id == review.id)


def progress(found: Sequence[Seen]) -> Counter[str]:
    """Count lines by how they stand, and those marked for withdrawal."""
    counts = Counter(seen.standing for seen in found)
    counts["marked"] = sum(seen.line.decision == "withdraw" and seen.standing != "gone" for seen in found)
    return counts


def decide(
    session: Session, *, review: Review, ids: Sequence[UUID], decision: str, reason: str, actor: UUID, where: ColumnElement[bool]
) -> int:  # fmt: skip
    """Confirm lines or mark them for withdrawal, as the first or the second reviewer; answers how many.

    Raises:
        ReviewRefused: it is closed, nothing was chosen, or with what speaks against each line.
        ReviewNotFound: a line is not of this review or not within the condition.
    """
    if review.closed_at:
        raise ReviewRefused(_("This review is signed off."))
    wanted = set(ids)
    query = _seen(review).where(where, ReviewLine.id.in_(wanted)).order_by(ReviewLine.id)
    rows = session.execute(query.with_for_update(key_share=True, of=ReviewLine))
    found = [Seen(line, grant, person) for line, grant, person in rows]
    if not found or len(found) < len(wanted):
        raise (
            ReviewNotFound
            if wanted
            else ReviewRefused(errors=[FieldError("/lines", _("Choose at least one line"))])
        )
    faults = [fault for seen in found if (fault := _fault(seen, decision, reason, actor))]
    if faults:
        raise ReviewRefused(errors=faults)
    for seen in found:
        _sign(session, seen.line, decision, reason, actor)
    return len(found)


def _fault(seen: Seen, decision: str, reason: str, actor: UUID) -> FieldError | None:
    code = rules_reviews.decision_fault(holder=seen.person.id, me=actor, decision=decision, reason=reason)
    if code == "ones-own":
        return FieldError("/lines", _("Nobody reviews their own roles: another reviewer has to."))
    return FieldError("/reason", _("A withdrawal needs a reason")) if code else None


def _sign(session: Session, line: ReviewLine, decision: str, reason: str, actor: UUID) -> None:
    before = {"decision": line.decision, "reason": line.reason}
    if rules_reviews.seconds(decision, present=line.decision, decided_by=line.decided_by, me=actor):
        line.seconded_by, line.seconded_at = actor, clock.now()
    else:
        line.decision, line.reason = decision, reason.strip() or None
        line.decided_by, line.decided_at = actor, clock.now()
        line.seconded_by = line.seconded_at = None
    session.flush()
    audit(
        session,
        act="auth.review.decided",
        subject=f"person:{line.person_id}",
        actor=actor,
        before=before,
        after={"grant_id": str(line.grant_id), "decision": line.decision, "reason": line.reason, "second": line.seconded_by is not None},
    )  # fmt: skip


def close(session: Session, *, review: Review, order_number: str, order_date: date, actor: UUID) -> int:
    """Sign a review off by an order: what was marked is withdrawn; answers how many grants.

    The review must have been read with a lock.

    Raises:
        ReviewRefused: signed off before, or lines are open or wait for a second reviewer.
        auth.access.service.GrantRefused: a marked role is the actor's own.
    """
    if review.closed_at:
        raise ReviewRefused(_("This review is signed off."))
    found = lines(session, review=review)
    counts = progress(found)
    if left := counts["open"] + counts["waiting"]:
        words = ngettext("%(n)s line is not settled yet.", "%(n)s lines are not settled yet.", left)
        raise ReviewRefused(words)
    marked = [seen.grant for seen in found if seen.line.decision == "withdraw" and seen.standing == "settled"]
    for grant in marked:
        if not grant.withdrawn_at:
            service.withdraw(
                session, grant=grant, order_number=order_number, order_date=order_date, actor=actor
            )
    review.closed_at, review.closed_by = clock.now(), actor
    review.closed_order = basis(order_number, order_date)
    _note(
        session, review, act="auth.review.closed", actor=actor, number=len(marked), ground=review.closed_order
    )
    return len(marked)


def _note(
    session: Session, review: Review, *, act: str, actor: UUID | None, number: int, ground: str | None
) -> None:
    audit(
        session,
        act=act,
        subject=f"review:{review.id}",
        actor=actor or "installation",
        after={"quarter": review.quarter, "due_on": review.due_on.isoformat(), "grants": number},
        basis=ground,
    )
