"""Grants from a file: judged as if each row were given by hand, shown, applied once and whole, undone once.

ImportNotFound (404)      ImportRefused (422): applied or undone before, nothing to apply, or overtaken by somebody's act
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from auth.access import catalogue, rules, service
from auth.access.layout import layout
from auth.access.model import Grant, GrantImport
from auth.accounts.service import basis
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, new_id
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.permissions import Scopes
from chassis.problems import Invalid, NotFound
from chassis.sheets import Fault, Row, judge, read

COLUMN_OF = {"/role": "role", "/scope_type": "scope_type", "/scope_id": "scope_id", "/valid_to": "valid_to"}


class ImportNotFound(NotFound):
    """No such file of grants."""

    code = "auth.grant-import-not-found"


class ImportRefused(Invalid):
    """The file cannot be applied or undone."""

    code = "auth.grant-import-refused"
    title = _l("No role was given")


def examine(
    session: Session,
    *,
    data: bytes,
    file_name: str,
    order_number: str,
    order_date: date,
    actor: UUID,
    reach: Scopes,
) -> GrantImport:
    """Judge a file and keep the judgement; nobody gets a role yet.

    Each good row is given within a savepoint that is rolled back, so that rows meet each other as they will when applied.

    Raises:
        chassis.workbooks.SheetRefused: the file as a whole cannot be read.
    """
    sheet = layout(catalogue.list_roles(session))
    rows, faults = judge(read(data, sheet), sheet)
    people = service.find_people(session, [row["who"] for _at, row in rows])
    order = {"order_number": order_number, "order_date": order_date, "actor": actor, "reach": reach}
    good = []
    trial = session.begin_nested()
    for at, row in rows:
        person = people.get(row["who"])
        found = (
            [Fault(at, row["who"], "who", "nobody")]
            if person is None
            else _try(session, at, row, person, order)
        )
        faults += found
        if person is not None and not found:
            good.append(_kept(session, at, row, person))
    trial.rollback()
    judged = GrantImport(
        id=new_id(),
        file_name=file_name[:200],
        digest=hashlib.sha256(data).digest(),
        order_number=order_number,
        order_date=order_date,
        good=good,
        faults=[fault.as_json() for fault in sorted(faults, key=lambda fault: fault.row)],
        created_by=actor,
        created_at=clock.now(),
    )
    session.add(judged)
    session.flush()
    return judged


def _try(session: Session, at: int, row: Row, person: Person, order: Mapping[str, Any]) -> list[Fault]:
    try:
        service.give(session, person=person, **_terms(row), **order)
    except service.GrantRefused as refused:
        return [
            Fault(
                at, person.full_name, COLUMN_OF.get(error.pointer, "role"), "said", {"text": str(error.text)}
            )
            for error in refused.errors
        ]
    except service.GrantBeyondReach as refused_wider:
        return [Fault(at, person.full_name, "scope_id", "said", {"text": str(refused_wider.detail)})]
    return []


def _terms(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "role": row["role"],
        "scope_type": row["scope_type"],
        "scope_id": row["scope_id"] or None,
        "valid_from": rules.read_date(row["valid_from"]),
        "valid_to": rules.read_date(row["valid_to"]) if row["valid_to"] else None,
    }


def _kept(session: Session, at: int, row: Row, person: Person) -> dict[str, Any]:
    """Keep a good row with what the person has today, for the page of differences."""
    return {
        **row,
        "row": at,
        "person_id": str(person.id),
        "name": person.full_name,
        "today": service.roles_today(session, person_id=person.id),
    }


def get_or_raise(session: Session, id: UUID, *, lock: bool = False) -> GrantImport:
    """Get a file of grants, for applying or undoing with a lock on it.

    Raises:
        ImportNotFound: there is none.
    """
    found = session.get(GrantImport, id, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if found is None:
        raise ImportNotFound
    return found


def list_(session: Session, *, limit: int = 50) -> Sequence[Any]:
    """List the latest files with the numbers of good rows and of faults."""
    counts = (func.jsonb_array_length(GrantImport.good), func.jsonb_array_length(GrantImport.faults))
    query = select(GrantImport, *counts).options(defer(GrantImport.good), defer(GrantImport.faults))
    return session.execute(query.order_by(GrantImport.created_at.desc()).limit(limit)).all()


def apply(session: Session, *, found: GrantImport, actor: UUID, reach: Scopes) -> int:
    """Give the roles of the good rows, all in this unit of work; answers how many.

    Raises:
        ImportRefused: applied before, no good row, or a row that somebody's act meanwhile speaks against.
    """
    if found.applied_at:
        raise ImportRefused(_("This file was applied already: its roles are given."))
    if not found.good:
        raise ImportRefused(_("There is no good row in this file."))
    order: dict[str, Any] = {
        "order_number": found.order_number,
        "order_date": found.order_date,
        "actor": actor,
        "reach": reach,
    }
    for row in found.good:
        person = session.get_one(Person, UUID(row["person_id"]))
        try:
            service.give(session, person=person, import_id=found.id, **_terms(row), **order)
        except service.GrantRefused as refused:
            why = "; ".join(str(error.text) for error in refused.errors)
            words = _(
                "Row %(row)s, %(name)s: %(why)s. Check the file again.",
                row=row["row"],
                name=row["name"],
                why=why,
            )
            raise ImportRefused(words) from refused
    found.applied_at, found.applied_by = clock.now(), actor
    _note(session, found, "auth.grant-import.applied", actor, len(found.good))
    return len(found.good)


def undo(session: Session, *, found: GrantImport, actor: UUID) -> int:
    """Withdraw what the file gave and is not withdrawn yet, by its own order; answers how many.

    Raises:
        ImportRefused: not applied, or undone before.
        auth.access.service.GrantRefused: one of the roles is the actor's own.
    """
    if not found.applied_at or found.undone_at:
        raise ImportRefused(_("There is nothing to undo."))
    grants = session.scalars(
        select(Grant).where(Grant.import_id == found.id, Grant.withdrawn_at.is_(None)).order_by(Grant.id)
    ).all()
    for grant in grants:
        service.withdraw(
            session, grant=grant, order_number=found.order_number, order_date=found.order_date, actor=actor
        )
    found.undone_at, found.undone_by = clock.now(), actor
    _note(session, found, "auth.grant-import.undone", actor, len(grants))
    return len(grants)


def _note(session: Session, found: GrantImport, act: str, actor: UUID, number: int) -> None:
    audit(
        session,
        act=act,
        subject=f"grant-import:{found.id}",
        actor=actor,
        after={"file": found.file_name, "sha256": found.digest.hex(), "grants": number},
        basis=basis(found.order_number, found.order_date),
    )


FAULTS = {
    "nobody": lambda _p: _("There is nobody with this login or personal number"),
    "bad-date": lambda p: _("“%(value)s” is not a date: 23.11.2026", value=p["value"]),
    "said": lambda p: str(p["text"]),
}
"""Words of the fault codes of a file of grants."""
