"""Take an applied intake back, once, within a week, and only while nobody has built upon it.

UndoRefused (422)      with every reason at once, by row and name
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.access import templates
from auth.access.model import Grant
from auth.accounts import closing
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.people import rules
from auth.people import service as people
from auth.people.layout import name_of
from auth.people.model import Intake, Person
from chassis import clock
from chassis.audit import audit, gathered
from chassis.i18n import format_datetime
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid

DOES = (rules.NEW, rules.CHANGE, rules.RETURN)


class UndoRefused(Invalid):
    """The intake cannot be taken back."""

    code = "auth.intake-undo-refused"
    title = _l("Nothing was undone")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an intake cannot be taken back; row 0 is the file as a whole."""

    row: int
    name: str
    code: str

    @property
    def text(self) -> str:
        """The reason in the reader's language."""
        return REASONS[self.code]()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is there now of a row."""

    row: dict[str, Any]
    person: Person
    last_sign_in_at: datetime | None
    has_new_role: bool


def reasons(session: Session, *, intake: Intake, now: datetime) -> list[Reason]:
    """List everything that stands against taking an intake back; empty: it can be."""
    return _reasons(intake, _standings(session, intake), now)


def _reasons(intake: Intake, standings: Sequence[_Standing], now: datetime) -> list[Reason]:
    if intake.applied_at is None:
        return [Reason(0, "", "not-applied")]
    if intake.undone_at is not None:
        return [Reason(0, "", "undone")]
    found = [Reason(0, "", "too-late")] if now > rules.may_undo_until(intake.applied_at) else []
    return found + [
        Reason(standing.row["row"], name_of(standing.row), code)
        for standing in standings
        for code in _against(standing, intake.applied_at)
    ]


def _against(standing: _Standing, applied_at: datetime) -> Iterator[str]:
    if standing.last_sign_in_at and standing.last_sign_in_at >= applied_at:
        yield "signed-in"
    if standing.person.version != standing.row["left_at"]:
        yield "changed"
    if standing.has_new_role:
        yield "role-given"


def undo(session: Session, *, intake: Intake, reason: str, actor: UUID) -> None:
    """Take an intake back in this unit of work: who was entered is closed, what was changed is as it was before.

    The intake must have been read with a lock. Ids and logins stay taken: a corrected file opens the same people again.

    Raises:
        UndoRefused: names everything that stands against it.
    """
    standings = _standings(session, intake, lock=True)
    if against := _reasons(intake, standings, clock.now()):
        raise UndoRefused(
            errors=[FieldError(f"/rows/{one.row}" if one.row else "", _words(one)) for one in against]
        )
    ground = accounts.basis(intake.order_number, intake.order_date)
    with gathered(session):
        for acts, status in (((rules.NEW, rules.RETURN), "left"), ((rules.CHANGE,), None)):
            of_these = [standing for standing in standings if standing.row["act"] in acts]
            _restore(session, of_these, status=status, actor=actor, basis=ground)
        audit(
            session,
            act="auth.intake.undone",
            subject=f"intake:{intake.id}",
            actor=actor,
            before={"applied_by": str(intake.applied_by), "rows": len(standings)},
            after={"reason": reason},
            basis=ground,
        )
    intake.undone_at, intake.undone_by, intake.undone_reason = clock.now(), actor, reason
    session.flush()


def _restore(
    session: Session, standings: Sequence[_Standing], *, status: str | None, actor: UUID, basis: str
) -> None:
    changes = [(standing.person, standing.row.get("before") or {}) for standing in standings]
    people.change_checked(session, changes, actor=actor, basis=basis, status=status)
    if status == "left":
        gone = [standing.person for standing in standings]
        templates.withdraw(session, [person.id for person in gone], order=basis, actor=actor)
        closing.close(session, gone, actor=actor, basis=basis)


def _standings(session: Session, intake: Intake, *, lock: bool = False) -> list[_Standing]:
    if intake.applied_at is None:
        return []
    rows = {UUID(row["person_id"]): row for row in intake.good if row["act"] in DOES}
    query = select(Person, Account.last_sign_in_at).outerjoin(Account, Account.person_id == Person.id)
    query = query.where(Person.id.in_(rows)).order_by(Person.id)
    if lock:
        query = query.with_for_update(key_share=True, of=Person)
    entered = [person for person, row in rows.items() if row["act"] != rules.CHANGE]
    given = select(Grant.person_id).where(
        Grant.person_id.in_(entered), Grant.withdrawn_at.is_(None), Grant.given_at > intake.applied_at
    )
    later = set(session.scalars(given))
    found = [
        _Standing(rows[person.id], person, last_sign_in_at, person.id in later)
        for person, last_sign_in_at in session.execute(query)
    ]
    return sorted(found, key=lambda standing: int(standing.row["row"]))


def _words(reason: Reason) -> str:
    if not reason.row:
        return reason.text
    return _("Row %(row)s, %(name)s: %(why)s", row=reason.row, name=reason.name, why=reason.text)


def until(intake: Intake) -> str:
    """Say until when an applied intake can be taken back."""
    return format_datetime(rules.may_undo_until(intake.applied_at)) if intake.applied_at else ""


REASONS = {
    "not-applied": lambda: _("This file has not been applied"),
    "undone": lambda: _("This file was undone already"),
    "too-late": lambda: _("More than a week has passed since the file was applied"),
    "signed-in": lambda: _("has signed in since"),
    "changed": lambda: _("the record was changed since"),
    "role-given": lambda: _("was given another role since"),
}
"""Words of what stands against taking an intake back."""
