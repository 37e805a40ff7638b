"""Use cases of the academic calendar (clause 6.1): periods and days off. Nothing here commits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.outbox import record
from chassis.problems import Conflict, FieldError, Invalid, NotFound
from portal.calendar import rules
from portal.calendar.model import DayOff, Period

PERIOD = (
    Period.id,
    Period.code,
    Period.title,
    Period.starts,
    Period.half_ends,
    Period.ends,
    Period.bells,
    Period.version,
)
PERIODS = select(*PERIOD).order_by(Period.starts.desc())


def list_periods(*, session: Session) -> Sequence[AnyRow]:
    """Return every period, the latest first."""
    return session.execute(PERIODS).all()


def periods_by_code(*, session: Session) -> dict[str, AnyRow]:
    """Return every period by its code, for sheets."""
    return {row.code: row for row in list_periods(session=session)}


def find_current(*, session: Session, day: date) -> AnyRow | None:
    """Return the period of a day: the one it lies in, else the next to begin, else the last one."""
    periods = list_periods(session=session)
    inside = [row for row in periods if row.starts <= day <= row.ends]
    coming = [row for row in reversed(periods) if row.starts > day]
    return next(iter([*inside, *coming, *periods]), None)


def get_or_raise(*, session: Session, id: UUID, lock: bool = False) -> Period:
    """Return a period, locked when it is going to be changed.

    Raises:
        NotFound: no such period.
    """
    period = session.get(Period, id, with_for_update=ROW_LOCK if lock else None)
    if period is None:
        raise NotFound
    return period


def create_period(*, session: Session, data: dict[str, Any]) -> Period:
    """Add a period and publish it.

    Raises:
        Invalid: its dates or bells are not in order.
        Conflict: the code is taken.
    """
    _check(data)
    if session.scalar(select(Period.id).where(Period.code == data["code"])):
        raise Conflict(_("The period %(code)s is already in the calendar", code=data["code"]))
    period = Period(**{"bells": _bells(), **data})
    session.add(period)
    session.flush()
    _publish(session, period)
    return period


def change_period(*, session: Session, id: UUID, version: int, data: dict[str, Any]) -> Period:
    """Change a period's title, dates or bells; lessons that are already dated stay as they are.

    Raises:
        NotFound, Invalid: as above.
        Conflict: somebody changed it meanwhile.
    """
    period = get_or_raise(session=session, id=id, lock=True)
    check_version(period, version)
    _check(data)
    for key, value in data.items():
        setattr(period, key, value)
    session.flush()
    _publish(session, period)
    return period


def list_days_off(
    *, session: Session, first: date | None = None, last: date | None = None
) -> Sequence[AnyRow]:
    """Return days off beyond the fixed holidays, optionally inside dates (both included)."""
    query = select(DayOff.day, DayOff.title).order_by(DayOff.day)
    if first:
        query = query.where(DayOff.day >= first)
    if last:
        query = query.where(DayOff.day <= last)
    return session.execute(query).all()


def set_day_off(*, session: Session, day: date, title: dict[str, str]) -> None:
    """Make a day a day off, or give it another title. Timetables imported later leave it out."""
    session.execute(
        insert(DayOff)
        .values(day=day, title=title)
        .on_conflict_do_update(index_elements=[DayOff.day], set_={"title": title})
    )


def remove_day_off(*, session: Session, day: date) -> None:
    """Make a day a working day again.

    Raises:
        NotFound: it was none.
    """
    if session.execute(delete(DayOff).where(DayOff.day == day).returning(DayOff.day)).first() is None:
        raise NotFound


def term_of(period: Any) -> rules.Term:
    """Return the dates of a period for the rules."""
    return rules.Term(period.starts, period.half_ends, period.ends)


def _bells() -> list[list[str]]:
    return [list(pair) for pair in rules.DEFAULT_BELLS]


def _check(data: dict[str, Any]) -> None:
    words = {
        "ends-before-start": ("/ends", _("The period ends before it begins")),
        "half-outside": ("/half_ends", _("The first half must end inside the period")),
        "too-long": ("/ends", _("A period is not longer than 400 days")),
    }
    faults = [
        words[code] for code in rules.term_faults(rules.Term(data["starts"], data["half_ends"], data["ends"]))
    ]
    if data.get("bells") is not None and rules.bells_fault(data["bells"]):
        faults.append(
            ("/bells", _("The bells are not in order: each pair begins after the one before has ended"))
        )
    if faults:
        raise Invalid(errors=[FieldError(pointer, text) for pointer, text in faults])


def _publish(session: Session, period: Period) -> None:
    dates = {name: getattr(period, name).isoformat() for name in ("starts", "half_ends", "ends")}
    record(
        session,
        "portal.period.recorded.v1",
        feed="portal/teaching",
        subject=str(period.id),
        subject_version=period.version,
        data={"period_id": str(period.id), "code": period.code, "title": period.title, **dates},
    )
