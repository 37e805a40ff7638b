"""Intakes: a file is judged, its judgement is kept, and exactly that is applied, once, whole or not at all.

IntakeNotFound (404)      IntakeRefused (422): applied before, nothing to apply, or overtaken by somebody's entry
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, defer

from auth.access import service as access
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.people import rules
from auth.people import service as people
from auth.people.layout import INTAKE, name_of
from auth.people.model import Intake, Person
from auth.units import service as units
from chassis import clock
from chassis.audit import audit
from chassis.db import new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid, NotFound
from chassis.sheets import Fault, Row, judge, read


class IntakeNotFound(NotFound):
    """No such intake."""

    code = "auth.intake-not-found"


class IntakeRefused(Invalid):
    """The intake cannot be applied."""

    code = "auth.intake-refused"
    title = _l("Nobody was entered")


def examine(
    session: Session, *, data: bytes, file_name: str, order_number: str, order_date: date, actor: UUID
) -> Intake:
    """Judge a file and keep the judgement; nobody is entered yet.

    Raises:
        chassis.workbooks.SheetRefused: the file as a whole cannot be read.
    """
    good, faults = judge(read(data, INTAKE), INTAKE)
    more = _against_records(session, good)
    bad = {fault.row for fault in more}
    intake = Intake(
        id=new_id(),
        file_name=file_name[:200],
        digest=hashlib.sha256(data).digest(),
        order_number=order_number,
        order_date=order_date,
        good=[{"row": at, **row} for at, row in good if at not in bad],
        faults=[fault.as_json() for fault in sorted([*faults, *more], key=lambda fault: fault.row)],
        created_by=actor,
        created_at=clock.now(),
    )
    session.add(intake)
    session.flush()
    return intake


def _against_records(session: Session, rows: list[tuple[int, Row]]) -> list[Fault]:
    """Find what is wrong with rows that are good by themselves: numbers taken, units unknown, nobody's learners."""
    taken = people.numbers_taken(session, [row["number"] for _at, row in rows])
    known = units.codes(session)
    found = []
    for at, row in rows:
        row["department_code"] = row["department_code"].upper()
        number, department = row["number"], row["department_code"]
        if number in taken:
            found.append(Fault(at, name_of(row), "number", "number-taken", {"value": number}))
        if department and department not in known:
            found.append(Fault(at, name_of(row), "department_code", "no-such-unit", {"value": department}))
        if place := rules.place_fault(row["kind"], row["group_code"], department):
            found.append(Fault(at, name_of(row), *place))
    return found


def get_or_raise(session: Session, id: UUID, *, lock: bool = False) -> Intake:
    """Get an intake, for applying with a lock on it.

    Raises:
        IntakeNotFound: there is none.
    """
    intake = session.get(Intake, id, with_for_update=lock or None, populate_existing=lock)
    if intake is None:
        raise IntakeNotFound
    return intake


def list_(session: Session, *, limit: int = 50) -> Sequence[Any]:
    """List the latest intakes with the numbers of good rows and of faults."""
    counts = (func.jsonb_array_length(Intake.good), func.jsonb_array_length(Intake.faults))
    query = select(Intake, *counts).options(defer(Intake.good), defer(Intake.faults))
    return session.execute(query.order_by(Intake.created_at.desc()).limit(limit)).all()


def apply(session: Session, *, intake: Intake, actor: UUID) -> int:
    """Enter the good rows of a dry run: person, account and role each, all in this unit of work.

    The intake must have been read with a lock. Answers how many people were entered.

    Raises:
        IntakeRefused: it was applied before, has no good row, or somebody entered one of the people meanwhile.
    """
    if intake.applied_at:
        raise IntakeRefused(_("This file was applied already: everybody in it is entered."))
    if not intake.good:
        raise IntakeRefused(_("There is no good row in this file."))
    rows: list[dict[str, Any]] = intake.good
    overtaken = people.numbers_taken(session, [row["number"] for row in rows])
    if overtaken:
        numbers = ", ".join(sorted(overtaken)[:5])
        raise IntakeRefused(
            _(
                "Since the check somebody entered these numbers: %(numbers)s. Check the file again.",
                numbers=numbers,
            )
        )
    for row in rows:
        _enter(session, intake, row, actor)
    intake.applied_at, intake.applied_by = clock.now(), actor
    audit(
        session,
        act="auth.intake.applied",
        subject=f"intake:{intake.id}",
        actor=actor,
        after={"file": intake.file_name, "sha256": intake.digest.hex(), "people": len(rows)},
        basis=accounts.basis(intake.order_number, intake.order_date),
    )
    return len(rows)


def _enter(session: Session, intake: Intake, row: dict[str, Any], actor: UUID) -> None:
    ground = accounts.basis(intake.order_number, intake.order_date)
    values = {name: row[name] or None for name in people.FIELDS}
    person = people.create_checked(session, values=values, actor=actor, intake_id=intake.id, basis=ground)
    accounts.create(session, person=person, actor=actor, basis=ground)
    if role := rules.ROLE_OF_KIND.get(person.kind):
        access.give_template(
            session,
            person=person,
            role=role[0],
            scope_type=role[1],
            order_number=intake.order_number,
            order_date=intake.order_date,
            actor=actor,
        )


def awaiting_slips(session: Session, *, intake: Intake, again: bool, limit: int) -> list[Account]:
    """List accounts of an intake whose slip is to be printed, by group and name.

    `again` takes everybody who has not signed in yet, the longest printed first: for a sheet that got lost.
    """
    query = select(Account).join(Person).where(*_awaiting(intake, again))
    order = (Account.slip_at.nulls_first(), Person.group_code.nulls_last(), Person.sort_key, Person.id)
    return list(session.scalars(query.order_by(*order).limit(limit).with_for_update(of=Account)))


def count_awaiting(session: Session, *, intake: Intake, again: bool) -> int:
    """Count the accounts `awaiting_slips` would list."""
    query = select(func.count()).select_from(Account).join(Person).where(*_awaiting(intake, again))
    return session.scalar(query) or 0


def _awaiting(intake: Intake, again: bool) -> tuple[ColumnElement[bool], ...]:
    not_yet = (Account.last_sign_in_at if again else Account.slip_at).is_(None)
    return Person.intake_id == intake.id, Account.deleted_at.is_(None), not_yet
