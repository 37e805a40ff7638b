"""Intakes: a file is judged, its judgement is kept, and exactly that is applied, once, whole or not at all.

IntakeNotFound (404)      IntakeRefused (422): applied before, nothing to apply, or overtaken by somebody's entry

How a row is held against the records is `difference`, how an applied intake is taken back is `undo`.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, defer

from auth.access import templates
from auth.accounts import closing, logins
from auth.accounts import service as accounts
from auth.accounts.model import Account
from auth.people import difference, rules
from auth.people import service as people
from auth.people.layout import INTAKE
from auth.people.model import Intake, Person
from chassis import clock
from chassis.audit import audit, gathered
from chassis.db import ROW_LOCK, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.problems import Invalid, NotFound
from chassis.sheets import Row, judge, read


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
    return judge_rows(
        session,
        rows=read(data, INTAKE),
        file_name=file_name,
        digest=hashlib.sha256(data).digest(),
        order_number=order_number,
        order_date=order_date,
        actor=actor,
    )


def judge_rows(
    session: Session,
    *,
    rows: Sequence[tuple[int, Row]],
    file_name: str,
    digest: bytes,
    order_number: str,
    order_date: date,
    actor: UUID,
) -> Intake:
    """Judge rows with their numbers, as a file or a program brought them, and keep the judgement."""
    good, faults = judge(rows, INTAKE)
    judged, more = difference.against_records(session, good)
    intake = Intake(
        id=new_id(),
        file_name=file_name[:200],
        digest=digest,
        order_number=order_number,
        order_date=order_date,
        good=judged,
        faults=[fault.as_json() for fault in sorted([*faults, *more], key=lambda fault: fault.row)],
        created_by=actor,
        created_at=clock.now(),
    )
    session.add(intake)
    session.flush()
    return intake


def get_or_raise(session: Session, id: UUID, *, lock: bool = False) -> Intake:
    """Get an intake, for applying with a lock on it.

    Raises:
        IntakeNotFound: there is none.
    """
    intake = session.get(Intake, id, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if intake is None:
        raise IntakeNotFound
    return intake


def list_(session: Session, *, limit: int = 50) -> Sequence[Any]:
    """List the latest intakes with the numbers of good rows and of faults."""
    counts = (func.jsonb_array_length(Intake.good), func.jsonb_array_length(Intake.faults))
    query = select(Intake, *counts).options(defer(Intake.good), defer(Intake.faults))
    return session.execute(query.order_by(Intake.created_at.desc()).limit(limit)).all()


def apply(session: Session, *, intake: Intake, actor: UUID) -> Counter[str]:
    """Do what the good rows of a dry run said: enter people with account and role, change records, all in this unit of work.

    The intake must have been read with a lock. Answers how many rows did what, by `rules.ACTS`.

    Raises:
        IntakeRefused: it was applied before, does nothing, or somebody entered or changed one of the people meanwhile.
    """
    if intake.applied_at:
        raise IntakeRefused(_("This file was applied already: everybody in it is entered."))
    rows: list[dict[str, Any]] = [dict(row) for row in intake.good]
    counts = Counter(row["act"] for row in rows)
    if set(counts) <= {rules.SAME}:
        raise IntakeRefused(_("No row of this file enters or changes anybody."))
    present = _untouched(session, rows)
    with gathered(session):
        _enter(session, intake, [row for row in rows if row["act"] == rules.NEW], actor)
        _change(session, intake, [row for row in rows if row["act"] == rules.CHANGE], present, actor)
        _take_back(session, intake, [row for row in rows if row["act"] == rules.RETURN], present, actor)
        audit(
            session,
            act="auth.intake.applied",
            subject=f"intake:{intake.id}",
            actor=actor,
            after={"file": intake.file_name, "sha256": intake.digest.hex(), "rows": dict(counts)},
            basis=_ground(intake),
        )
    intake.good, intake.applied_at, intake.applied_by = rows, clock.now(), actor
    return counts


def _untouched(session: Session, rows: list[dict[str, Any]]) -> dict[str, Person]:
    """Lock the people a file changes, and answer them by number.

    Raises:
        IntakeRefused: names the numbers somebody entered, changed or closed since the dry run.
    """
    expected = {row["number"]: row.get("version") for row in rows}
    query = select(Person).where(Person.number.in_(expected)).order_by(Person.id)
    present = {person.number: person for person in session.scalars(query.with_for_update(key_share=True))}
    overtaken = [
        number
        for number, version in expected.items()
        if (present[number].version if number in present else None) != version
    ]
    if overtaken:
        numbers = ", ".join(sorted(overtaken)[:5])
        raise IntakeRefused(
            _(
                "Since the check somebody entered or changed these numbers: %(numbers)s. Check the file again.",
                numbers=numbers,
            )
        )
    return present


def _enter(session: Session, intake: Intake, rows: list[dict[str, Any]], actor: UUID) -> None:
    values = [{name: row[name] or None for name in people.FIELDS} for row in rows]
    made = people.create_checked(session, values, actor=actor, intake_id=intake.id, basis=_ground(intake))
    logins.create_all(session, made, actor=actor, basis=_ground(intake))
    _give_roles(session, intake, made, actor)
    for row, person in zip(rows, made, strict=True):
        row |= {"person_id": str(person.id), "left_at": person.version}


def _change(
    session: Session, intake: Intake, rows: list[dict[str, Any]], present: dict[str, Person], actor: UUID
) -> None:
    changes = [(present[row["number"]], {name: row[name] for name in row["before"]}) for row in rows]
    people.change_checked(session, changes, actor=actor, basis=_ground(intake))
    for row, (person, _values) in zip(rows, changes, strict=True):
        row["left_at"] = person.version


def _take_back(
    session: Session, intake: Intake, rows: list[dict[str, Any]], present: dict[str, Person], actor: UUID
) -> None:
    """Open again whom an undone intake had entered: the same id, the same login, a new slip."""
    changes = [(present[row["number"]], {name: row[name] for name in row["before"]}) for row in rows]
    people.change_checked(session, changes, actor=actor, basis=_ground(intake), status="active")
    back = [person for person, _values in changes]
    for person in back:
        person.intake_id = intake.id
    session.flush()
    closing.open_again(session, back, actor=actor, basis=_ground(intake))
    _give_roles(session, intake, back, actor)
    for row, person in zip(rows, back, strict=True):
        row["left_at"] = person.version


def _give_roles(session: Session, intake: Intake, entered: list[Person], actor: UUID) -> None:
    templates.give(
        session,
        entered,
        roles=rules.ROLE_OF_KIND,
        order_number=intake.order_number,
        order_date=intake.order_date,
        actor=actor,
    )


def _ground(intake: Intake) -> str:
    return accounts.basis(intake.order_number, intake.order_date)


def awaiting_slips(session: Session, *, intake: Intake, again: bool, limit: int) -> list[Account]:
    """List accounts of an intake whose slip is to be printed, by group and name.

    `again` takes everybody who has not signed in yet, the longest printed first: for a sheet that got lost.
    """
    query = select(Account).join(Person).where(*_awaiting(intake, again))
    order = (Account.slip_at.nulls_first(), Person.group_code.nulls_last(), Person.sort_key, Person.id)
    return list(
        session.scalars(query.order_by(*order).limit(limit).with_for_update(key_share=True, of=Account))
    )


def count_awaiting(session: Session, *, intake: Intake, again: bool) -> int:
    """Count the accounts `awaiting_slips` would list."""
    query = select(func.count()).select_from(Account).join(Person).where(*_awaiting(intake, again))
    return session.scalar(query) or 0


def _awaiting(intake: Intake, again: bool) -> tuple[ColumnElement[bool], ...]:
    not_yet = (Account.last_sign_in_at if again else Account.slip_at).is_(None)
    return Person.intake_id == intake.id, Account.deleted_at.is_(None), not_yet
