"""Use cases of the duty roster: enter, import, withdraw. Nothing here commits.

Whatever changes a day is published as the whole roster of that day, under one lock, so that the last event always says how it stands.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow, check_version
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.outbox import record
from chassis.problems import Conflict, FieldError, Invalid, NotFound
from portal.duty import rules
from portal.duty.model import Duty
from portal.groups import rules as groups_rules
from portal.groups import service as groups
from portal.groups.model import Person, StudyGroup
from portal.sheets import Line, Plan, Rows

LOCK = func.pg_advisory_xact_lock(func.hashtext("portal.duty"))
STANDS = Duty.withdrawn_at.is_(None)
LINE = (
    Duty.id,
    Duty.person_id,
    Duty.day,
    Duty.kind,
    Duty.basis,
    Duty.entered_by,
    Duty.version,
    Person.family_name,
    Person.given_name,
    Person.patronymic,
    Person.number,
    Person.group_code,
)


def list_day(*, session: Session, day: date, where: ColumnElement[bool]) -> Sequence[AnyRow]:
    """List who is on duty on a day, of the groups a person may see."""
    query = (
        select(*LINE)
        .join(Person, Person.id == Duty.person_id)
        .outerjoin(StudyGroup, StudyGroup.code == Person.group_code)
        .where(Duty.day == day, STANDS, where)
        .order_by(Person.group_code, Person.sort_key)
    )
    return session.execute(query).all()


def enter(
    *, session: Session, data: dict[str, Any], by: UUID, now: datetime, where: ColumnElement[bool]
) -> int:
    """Put learners on duty for some days; all of them or nobody.

    Args:
        session: the unit of work.
        data: `first_day last_day kind basis`, and whom: `people` (personal numbers) and `group_code` (a whole group), or one of them.
        by: who enters.
        now: the moment.
        where: the groups within the person's scope.

    Returns:
        How many duties were entered; who already has the very same duty is left as it is.

    Raises:
        Invalid: the days are out of order or too many, nobody is named, a learner is unknown, out of scope, or on another duty.
    """
    days = _days(data)
    people = _people(session, data, where)
    session.execute(select(LOCK))
    query = select(Duty.person_id, Duty.day, Duty.kind).where(
        Duty.day.in_(days), Duty.person_id.in_([one.id for one in people]), STANDS
    )
    standing = {(row.person_id, row.day): row.kind for row in session.execute(query)}
    _check_free(people, days, standing, data["kind"])
    made = [
        Duty(person_id=one.id, day=day, kind=data["kind"], basis=data["basis"], entered_by=by, entered_at=now)
        for day in days
        for one in people
        if (one.id, day) not in standing
    ]
    session.add_all(made)
    session.flush()
    for day in sorted({one.day for one in made}):
        publish_day(session=session, day=day, by=by)
    if made:
        after = {"days": [day.isoformat() for day in days], "people": [str(one.id) for one in people]}
        audit(
            session,
            act="portal.duty.entered",
            subject=f"duty:{days[0].isoformat()}",
            actor=by,
            after={**after, "kind": data["kind"]},
            basis=data["basis"],
        )
    return len(made)


def _days(data: dict[str, Any]) -> list[date]:
    days = rules.days_between(data["first_day"], data["last_day"])
    if not days:
        raise Invalid(errors=[FieldError("/last_day", _("The last day is before the first one"))])
    if len(days) > rules.MOST_DAYS:
        text = _("A duty is entered for at most %(most)s days at once", most=rules.MOST_DAYS)
        raise Invalid(errors=[FieldError("/last_day", text)])
    return days


def _people(session: Session, data: dict[str, Any], where: ColumnElement[bool]) -> list[AnyRow]:
    within = select(StudyGroup.code).where(where)
    wanted, code = data.get("people") or [], data.get("group_code")
    found = groups.people_by_number(session=session, numbers=wanted)
    mine = set(session.scalars(within))
    faults = [
        FieldError("/people", _("Nobody in your groups has the personal number “%(value)s”", value=number))
        for number in wanted
        if number not in found
        or not groups_rules.is_listed(found[number]._asdict())
        or found[number].group_code not in mine
    ]
    if code and code not in mine:
        faults.append(FieldError("/group_code", _("There is no group with the code “%(value)s”", value=code)))
    if not wanted and not code:
        faults.append(FieldError("/people", _("Name learners, or a whole group")))
    if faults:
        raise Invalid(errors=faults)
    whole = groups.list_roster(session=session, code=code) if code else ()
    return list({one.id: one for one in (*found.values(), *whole)}.values())


def _check_free(
    people: Collection[AnyRow], days: Collection[date], standing: dict[tuple[UUID, date], str], kind: str
) -> None:
    faults = [
        FieldError(
            "/people",
            _(
                "%(person)s is on another duty on %(day)s",
                person=groups_rules.short_name(one._asdict()),
                day=format_date(day),
            ),
        )
        for one in people
        for day in days
        if standing.get((one.id, day), kind) != kind
    ]
    if faults:
        raise Invalid(errors=faults)


def withdraw(
    *,
    session: Session,
    id: UUID,
    version: int,
    reason: str,
    by: UUID,
    now: datetime,
    where: ColumnElement[bool],
) -> Duty:
    """Withdraw a duty; the journals take back what they showed by it.

    Raises:
        NotFound: no such duty within the person's scope.
        Conflict: somebody withdrew it meanwhile.
    """
    session.execute(select(LOCK))
    query = (
        select(Duty)
        .join(Person, Person.id == Duty.person_id)
        .outerjoin(StudyGroup, StudyGroup.code == Person.group_code)
        .where(Duty.id == id, where)
    )
    duty = session.scalars(query).one_or_none()
    if duty is None:
        raise NotFound
    check_version(duty, version)
    if duty.withdrawn_at is not None:
        raise Conflict(_("This duty was withdrawn before"))
    duty.withdrawn_at, duty.withdrawn_by, duty.withdrawn_reason = now, by, reason
    session.flush()
    publish_day(session=session, day=duty.day, by=by)
    audit(
        session,
        act="portal.duty.withdrawn",
        subject=f"duty:{duty.day.isoformat()}",
        actor=by,
        before={"person": str(duty.person_id), "kind": duty.kind},
        basis=reason,
    )
    return duty


def publish_day(*, session: Session, day: date, by: UUID) -> None:
    """Record the whole roster of a day, and who changed it."""
    rows = session.execute(
        select(Duty.person_id, Duty.kind, Duty.entered_by)
        .where(Duty.day == day, STANDS)
        .order_by(Duty.person_id)
    )
    duties = [
        {"person_id": str(row.person_id), "kind": row.kind, "entered_by": str(row.entered_by)} for row in rows
    ]
    record(
        session,
        "portal.duty.recorded.v1",
        feed="portal/teaching",
        subject=f"duty:{day.isoformat()}",
        data={"day": day.isoformat(), "by": str(by), "duties": duties},
    )


def plan_duties(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of duties would do: a row per learner and day."""
    plan = Plan()
    people = groups.people_by_number(session=session, numbers=[row["number"] for _at, row in rows])
    query = select(Duty.person_id, Duty.day, Duty.kind).where(STANDS)
    standing = {(row.person_id, row.day): row.kind for row in session.execute(query)}
    seen: dict[tuple[UUID, date], int] = {}
    for at, row in rows:
        person = people.get(row["number"])
        if person is None:
            plan.refuse(at, row["number"], "number", "unknown-person", value=row["number"])
            continue
        name = groups_rules.short_name(person._asdict())
        day = datetime.strptime(row["day"], "%d.%m.%Y").date()  # noqa: DTZ007 — a date of the academy
        key = (person.id, day)
        if not groups_rules.is_listed(person._asdict()):
            plan.refuse(at, name, "number", "not-a-learner", person=name)
        elif key in seen:
            plan.refuse(at, name, "day", "repeated-line", other=seen[key])
        elif standing.get(key, row["kind"]) != row["kind"]:
            plan.refuse(at, name, "day", "other-duty", person=name, day=day.isoformat())
        else:
            seen[key] = at
            values = {"person_id": person.id, "day": day, "kind": row["kind"], "basis": row["basis"]}
            plan.take(at, values if key in standing else None, values)
    return plan


def apply_duties(*, session: Session, lines: Sequence[Line], by: UUID) -> None:
    """Write the duties of a sheet; a line that repeats what stands does nothing."""
    session.execute(select(LOCK))
    fresh = [line.values for line in lines if line.action == "added"]
    session.add_all(Duty(**values, entered_by=by, entered_at=clock.now()) for values in fresh)
    session.flush()
    for day in sorted({values["day"] for values in fresh}):
        publish_day(session=session, day=day, by=by)
