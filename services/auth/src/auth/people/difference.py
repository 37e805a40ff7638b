"""What each row of an intake does to the records: enters somebody, changes a record field by field, or nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import rules
from auth.people.layout import INTAKE, name_of
from auth.people.model import Intake, Person
from auth.people.service import FAULTS, FIELDS
from auth.units import service as units
from chassis.i18n import localized
from chassis.sheets import Fault, Row, say


def against_records(
    session: Session, rows: Sequence[tuple[int, Row]]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Hold rows that are good by themselves against the records.

    Returns:
        The rows as `Intake.good` keeps them, and a fault for each that cannot be: a unit nobody knows, another kind, somebody who
        left by an order, a learner without a group.
    """
    present = _people(session, [row["number"] for _at, row in rows])
    known = units.codes(session)
    judged, faults = [], []
    for at, row in rows:
        row["department_code"] = row["department_code"].upper()
        person, undone = present.get(row["number"], (None, False))
        found = list(_faults(row, person, undone=undone, units=known))
        faults += [Fault(at, name_of(row), *fault) for fault in found]
        if not found:
            judged.append({"row": at, **row, **_act(row, person)})
    return judged, faults


def _people(session: Session, numbers: Sequence[str]) -> dict[str, tuple[Person, bool]]:
    """Find the people of personal numbers, and whether they were closed by undoing the intake they came with."""
    query = select(Person, Intake.undone_at.is_not(None)).outerjoin(Intake, Intake.id == Person.intake_id)
    rows = session.execute(query.where(Person.number.in_(numbers)))
    return {person.number: (person, bool(undone)) for person, undone in rows}


def _faults(
    row: Row, person: Person | None, *, undone: bool, units: set[str]
) -> Sequence[tuple[str, str, dict[str, str]]]:
    found = []
    record = {name: getattr(person, name) or "" for name in FIELDS} if person else {}
    if row["department_code"] and row["department_code"] not in units:
        found.append(("department_code", "no-such-unit", {"value": row["department_code"]}))
    if person and person.kind != row["kind"]:
        found.append(("kind", "another-kind", {"number": person.number}))
    if person and person.status == "left" and not undone:
        found.append(("number", "left", {"number": person.number}))
    group, department = (row[name] or record.get(name, "") for name in ("group_code", "department_code"))
    if place := rules.place_fault(row["kind"], group, department):
        found.append((*place, {}))
    return found


def _act(row: Row, person: Person | None) -> dict[str, Any]:
    if person is None:
        return {"act": rules.NEW, "version": None}
    changes = rules.difference({name: getattr(person, name) for name in FIELDS}, row)
    act = rules.RETURN if person.status == "left" else rules.CHANGE if changes else rules.SAME
    before = {name: getattr(person, name) for name in changes}
    return {"act": act, "person_id": str(person.id), "version": person.version, "before": before}


def listed_faults(intake: Intake) -> list[dict[str, Any]]:
    """List the faults of an intake in the reader's language: row, name, column, why."""
    titles = {column.key: localized(column.titles) for column in INTAKE.columns}
    return [
        {"row": one.row, "name": one.name, "column": titles[one.column], "why": say(one, FAULTS)}
        for one in (Fault(**stored) for stored in intake.faults)
    ]
