"""Roles that come with the kind of a person, given and withdrawn for a whole intake at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from auth.access.model import Grant
from auth.access.service import FEED
from auth.accounts.service import basis
from auth.people.model import Person
from chassis import clock
from chassis.audit import audit
from chassis.db import new_id
from chassis.outbox import record
from chassis.permissions import ACCESS_GRANT


def give(
    session: Session,
    people: Sequence[Person],
    *,
    roles: Mapping[str, tuple[str, str]],
    order_number: str,
    order_date: date,
    actor: UUID,
) -> None:
    """Give everybody the role of their kind, on the basis of an order; somebody new has no other, there is nothing to check.

    Args:
        session: the unit of work.
        people: who has just been entered.
        roles: kind to role and scope; a kind that is not in it gets none.
        order_number: of the order.
        order_date: of the order.
        actor: who enters them.
    """
    now, today = clock.now(), clock.today()
    grants = [
        Grant(
            id=new_id(),
            person_id=person.id,
            role=role,
            scope_type=scope,
            valid_from=today,
            order_number=order_number,
            order_date=order_date,
            given_by=actor,
            given_at=now,
        )
        for person in people
        if person.kind in roles
        for role, scope in (roles[person.kind],)
    ]
    session.add_all(grants)
    session.flush()
    if grants:
        session.execute(insert(ACCESS_GRANT), [_projected(grant) for grant in grants])
        session.info["chassis.access"] = True
    for grant in grants:
        _announce(session, grant)
        _note(session, "given", grant, actor=actor, after=grant.as_event())


def withdraw(session: Session, people: Sequence[UUID], *, order: str, actor: UUID) -> None:
    """Withdraw every living role of people whose entry is undone; nobody of them has signed in, no token names one."""
    query = select(Grant).where(Grant.person_id.in_(people), Grant.withdrawn_at.is_(None)).order_by(Grant.id)
    grants = session.scalars(query.with_for_update(key_share=True)).all()
    for grant in grants:
        grant.withdrawn_at, grant.withdrawn_by, grant.withdrawn_order = clock.now(), actor, order
    session.flush()
    session.execute(delete(ACCESS_GRANT).where(ACCESS_GRANT.c.id.in_([grant.id for grant in grants])))
    session.info["chassis.access"] = True
    for grant in grants:
        _announce(session, grant)
        before = {"grant_id": str(grant.id), "role": grant.role}
        _note(session, "withdrawn", grant, actor=actor, before=before)


def _projected(grant: Grant) -> dict[str, Any]:
    return {column.name: getattr(grant, column.name) for column in ACCESS_GRANT.c}


def _announce(session: Session, grant: Grant) -> None:
    data = grant.as_event()
    record(
        session,
        "auth.grant.recorded.v1",
        feed=FEED,
        subject=str(grant.id),
        data=data,
        subject_version=grant.version,
    )


def _note(session: Session, act: str, grant: Grant, *, actor: UUID, **states: Mapping[str, Any]) -> None:
    audit(
        session,
        act=f"auth.grant.{act}",
        subject=f"person:{grant.person_id}",
        actor=actor,
        basis=grant.withdrawn_order or basis(grant.order_number, grant.order_date),
        **states,
    )
