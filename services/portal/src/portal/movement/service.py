"""Use cases of movement: draft an order, look at it, apply it, cancel it by another. Nothing here commits.

One at a time (an advisory lock): an order is judged against the lists as they stand, and it changes them. What an order says is kept
for good; the lists follow it on its day, at once when the day has come.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.outbox import record
from chassis.problems import FieldError, Invalid, NotFound
from portal.groups import rules as groups_rules
from portal.groups import service as groups
from portal.groups.model import Person, StudyGroup
from portal.movement import rules, statements, wording
from portal.movement.model import MovementOrder
from portal.movement.problems import NotSeen, OrderRefused

LOCK = func.pg_advisory_xact_lock(func.hashtext("portal.movement"))
STANDING = (
    MovementOrder.state == "applied",
    ~MovementOrder.cancelled,
    MovementOrder.kind != "cancellation",
)


def list_query() -> Select[Any]:
    """Make the query of all orders with the names of learners and the codes of groups, the latest first."""
    to, from_ = aliased(StudyGroup), aliased(StudyGroup)
    columns: tuple[Any, ...] = (
        MovementOrder,
        Person,
        to.code.label("group_code"),
        from_.code.label("from_group_code"),
    )
    return (
        select(*columns)
        .select_from(MovementOrder)
        .join(Person, Person.id == MovementOrder.person_id)
        .outerjoin(to, to.id == MovementOrder.group_id)
        .outerjoin(from_, from_.id == MovementOrder.from_group_id)
        .order_by(MovementOrder.drafted_at.desc(), MovementOrder.id.desc())
    )


def get_or_raise(*, session: Session, id: UUID) -> AnyRow:
    """Return an order with the learner and the codes of groups, as `list_query` gives them.

    Raises:
        NotFound: no such order.
    """
    row = session.execute(list_query().where(MovementOrder.id == id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def chain_of(*, session: Session, person_id: UUID) -> list[rules.Placement]:
    """Give where a learner stands, from the beginning on, by the orders that hold."""
    first = (
        select(MovementOrder.from_group_id)
        .where(
            MovementOrder.person_id == person_id,
            MovementOrder.state == "applied",
            MovementOrder.kind != "cancellation",
        )
        .order_by(MovementOrder.applied_at, MovementOrder.id)
        .limit(1)
    )
    moved = session.execute(first).one_or_none()
    if moved is None:
        person = groups.find_person(session=session, id=person_id)
        listed = person is not None and groups_rules.is_listed(person._asdict())
        code = person.group_code if person is not None and listed else None
        return rules.placements(
            session.scalar(select(StudyGroup.id).where(StudyGroup.code == code)) if code else None, ()
        )
    columns = ("kind", "effective_on", "group_id", "number", "order_date")
    query = select(*(getattr(MovementOrder, name) for name in columns)).where(
        MovementOrder.person_id == person_id, *STANDING
    )
    return rules.placements(moved[0], [rules.Move(*row) for row in session.execute(query)])


def draft(*, session: Session, data: dict[str, Any], by: UUID, now: datetime) -> MovementOrder:
    """Write an order down without applying it; it is judged at once, so that what cannot be applied is not kept.

    Raises:
        Invalid: nobody has the personal number, the group is unknown, or the rules speak against it, each at its field.
    """
    number, code = data.pop("person"), data.pop("group_code", None)
    person = groups.people_by_number(session=session, numbers=[number]).get(number)
    faults = []
    if person is None:
        faults.append(FieldError("/person", _("Nobody has the personal number “%(value)s”", value=number)))
    group_id = _group_id(session, data["kind"], code, faults)
    if faults or person is None:
        raise Invalid(errors=faults)
    order = MovementOrder(**data, person_id=person.id, group_id=group_id, drafted_at=now, drafted_by=by)
    if found := _judge(session, order):
        raise Invalid(errors=[FieldError(f"/{one.at}", wording.refusal(one)) for one in found])
    chain = chain_of(session=session, person_id=person.id)
    order.from_group_id = rules.placed_on(chain, order.effective_on).group_id
    session.add(order)
    session.flush()
    return order


def _group_id(session: Session, kind: str, code: str | None, faults: list[FieldError]) -> UUID | None:
    if kind not in rules.WITH_GROUP:
        return None
    found = session.scalar(select(StudyGroup.id).where(StudyGroup.code == code)) if code else None
    if found is None:
        text = _("There is no group with the code “%(value)s”", value=code) if code else _("Choose a group")
        faults.append(FieldError("/group_code", text))
    return found


def draft_cancellation(
    *, session: Session, id: UUID, data: dict[str, Any], by: UUID, now: datetime
) -> MovementOrder:
    """Write down the order that cancels an applied one.

    Raises:
        NotFound: no such order.
        OrderRefused: it is a draft, cancelled already, or a later order of the learner stands.
        Invalid: the date of the cancelling order is still to come.
    """
    target = session.get(MovementOrder, id)
    if target is None:
        raise NotFound
    order = MovementOrder(
        **data,
        person_id=target.person_id,
        kind="cancellation",
        effective_on=target.effective_on,
        cancels_id=target.id,
        from_group_id=target.from_group_id,
        drafted_at=now,
        drafted_by=by,
    )
    if order.order_date > clock.today():
        text = wording.refusal(rules.Refusal("order_date", "dated-tomorrow"))
        raise Invalid(errors=[FieldError("/order_date", text)])
    _check_cancellation(session, order)
    session.add(order)
    session.flush()
    return order


def apply(
    *, session: Session, id: UUID, version: int, acknowledged: bool, by: UUID, now: datetime
) -> MovementOrder:
    """Apply an order: from its day on the learner stands where it says; a second time it does nothing.

    Records `portal.movement.recorded.v1` with all the learner's placements, and the lists of the groups it touches today.

    Raises:
        NotFound: no such order.
        Conflict: somebody changed it meanwhile.
        OrderRefused: what stands by now speaks against it.
        NotSeen: sealed statements stand after its day, and `acknowledged` is false.
    """
    session.execute(select(LOCK))
    order = session.get(MovementOrder, id, with_for_update=ROW_LOCK)
    if order is None:
        raise NotFound
    if order.state == "applied":
        return order
    check_version(order, version)
    if order.kind == "cancellation":
        _check_cancellation(session, order)
    elif found := _judge(session, order):
        raise OrderRefused(" ".join(wording.refusal(one) for one in found))
    late = statements.list_since(session=session, person_id=order.person_id, day=order.effective_on)
    if late and not acknowledged:
        raise NotSeen(
            _("Sealed statements stay as they are: %(list)s.", list=", ".join(r.number for r in late))
        )
    chain = chain_of(session=session, person_id=order.person_id)
    order.from_group_id = rules.placed_on(chain, order.effective_on).group_id
    order.state, order.applied_at, order.applied_by = "applied", now, by
    if order.cancels_id is not None:
        session.execute(
            update(MovementOrder).where(MovementOrder.id == order.cancels_id).values(cancelled=True)
        )
    session.flush()
    _publish(session, order.person_id)
    _bring_lists(session, order.person_id)
    _audit(session, order, by)
    return order


def _audit(session: Session, order: MovementOrder, by: UUID) -> None:
    named = {
        "kind": order.kind,
        "person": str(order.person_id),
        "effective_on": order.effective_on.isoformat(),
    }
    audit(
        session,
        act="portal.movement.applied",
        subject=f"movement:{order.id}",
        actor=by,
        before={"group": str(order.from_group_id) if order.from_group_id else None},
        after={**named, "group": str(order.group_id) if order.group_id else None},
        basis=f"{order.number}, {order.order_date.isoformat()}",
    )


def take_effect(*, session: Session) -> int:
    """Bring the lists of groups to the orders whose day has come; answers how many orders."""
    session.execute(select(LOCK))
    due = (*STANDING, MovementOrder.effective_on <= clock.today(), MovementOrder.taken_at.is_(None))
    people = session.scalars(select(MovementOrder.person_id).where(*due)).all()
    for person_id in dict.fromkeys(people):
        _publish(session, person_id)
        _bring_lists(session, person_id)
    return len(people)


def _judge(session: Session, order: MovementOrder) -> list[rules.Refusal]:
    person = groups.find_person(session=session, id=order.person_id)
    learner = person is not None and person.kind == "learner" and person.status != "left"
    return rules.refusals(
        rules.Wish(
            kind=order.kind,
            effective_on=order.effective_on,
            order_date=order.order_date,
            group_id=order.group_id,
            chain=chain_of(session=session, person_id=order.person_id),
            today=clock.today(),
            is_learner=learner,
        )
    )


def _check_cancellation(session: Session, order: MovementOrder) -> None:
    target = session.get_one(MovementOrder, order.cancels_id)
    later = select(MovementOrder.number).where(
        MovementOrder.person_id == target.person_id,
        MovementOrder.effective_on > target.effective_on,
        *STANDING,
    )
    if target.state != "applied" or target.kind == "cancellation":
        raise OrderRefused(_("Only an applied order can be cancelled."))
    if target.cancelled:
        raise OrderRefused(_("This order is cancelled already."))
    if number := session.scalar(later.limit(1)):
        raise OrderRefused(_("A later order stands: No. %(number)s. Cancel it first.", number=number))


def _bring_lists(session: Session, person_id: UUID) -> None:
    """Put the learner where the orders say today, and publish the lists this changes."""
    here = rules.placed_on(chain_of(session=session, person_id=person_id), clock.today())
    code = session.scalar(select(StudyGroup.code).where(StudyGroup.id == here.group_id))
    groups.place(session=session, person_id=person_id, code=code)
    due = (MovementOrder.person_id == person_id, MovementOrder.state == "applied")
    day = MovementOrder.effective_on <= clock.today()
    session.execute(update(MovementOrder).where(*due, day).values(taken_at=clock.now()))


def _publish(session: Session, person_id: UUID) -> None:
    told = [
        {
            "group_id": str(one.group_id) if one.group_id else None,
            "starts": one.starts.isoformat() if one.starts else None,
            "kind": one.move.kind if one.move else None,
            "order_number": one.move.number if one.move else None,
            "order_date": one.move.order_date.isoformat() if one.move else None,
        }
        for one in chain_of(session=session, person_id=person_id)
    ]
    record(
        session,
        "portal.movement.recorded.v1",
        feed="portal/teaching",
        subject=str(person_id),
        data={"person_id": str(person_id), "placements": told},
    )


def names_of(*, session: Session, ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return the names of those who drafted and applied."""
    return groups.names_of(session=session, ids=[one for one in ids if one])


def group_codes(*, session: Session) -> Sequence[str]:
    """List the codes of all groups, for the form."""
    return session.scalars(select(StudyGroup.code).order_by(StudyGroup.sort_key)).all()
