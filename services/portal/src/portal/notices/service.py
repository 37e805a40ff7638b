"""Use cases of notices: write, change, withdraw, read. Nothing here commits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid, NotFound
from portal.notices import rules
from portal.notices.model import Notice, NoticeRead

NOTICE = tuple(Notice.__table__.c)

FOR_PERSON = (
    select(*NOTICE, NoticeRead.read_at)
    .outerjoin(
        NoticeRead, and_(NoticeRead.notice_id == Notice.id, NoticeRead.person_id == bindparam("person"))
    )
    .where(Notice.last_day >= bindparam("day"), Notice.audience.in_(bindparam("audiences", expanding=True)))
    .order_by(NoticeRead.read_at.is_not(None), Notice.published_at.desc())
    .limit(bindparam("most"))
)


def list_for(
    *, session: Session, person_id: UUID, kind: str | None, day: date, limit: int = 50
) -> Sequence[AnyRow]:
    """Return the notices that reach a person of a kind on a day, unread ones first, then the newest."""
    asked = {"person": person_id, "day": day, "audiences": rules.audiences_of(kind), "most": limit}
    return session.execute(FOR_PERSON, asked).all()


def list_all(*, session: Session) -> Sequence[AnyRow]:
    """Return every notice for those who write them, newest first."""
    return session.execute(select(*NOTICE).order_by(Notice.published_at.desc()).limit(200)).all()


def get_or_raise(*, session: Session, id: UUID, lock: bool = False) -> Notice:
    """Return a notice, locked when it is going to be changed.

    Raises:
        NotFound: no such notice.
    """
    notice = session.get(Notice, id, with_for_update=ROW_LOCK if lock else None)
    if notice is None:
        raise NotFound
    return notice


def create_notice(*, session: Session, data: dict[str, Any], by: UUID, now: datetime, today: date) -> Notice:
    """Publish a notice at once.

    Raises:
        Invalid: its last day is over.
    """
    _check(data, today)
    notice = Notice(**data, author_id=by, published_at=now)
    session.add(notice)
    session.flush()
    return notice


def change_notice(*, session: Session, id: UUID, version: int, data: dict[str, Any], today: date) -> Notice:
    """Change a notice; who has read it keeps having read it.

    Raises:
        NotFound, Invalid: no such notice; its last day is over.
        Conflict: somebody changed it meanwhile.
    """
    notice = get_or_raise(session=session, id=id, lock=True)
    check_version(notice, version)
    _check(data, today)
    for key, value in data.items():
        setattr(notice, key, value)
    session.flush()
    return notice


def withdraw(*, session: Session, id: UUID, today: date) -> Notice:
    """Show a notice no longer: its last day was yesterday.

    Raises:
        NotFound: no such notice.
    """
    notice = get_or_raise(session=session, id=id, lock=True)
    notice.last_day = min(notice.last_day, today - timedelta(days=1))
    session.flush()
    return notice


def mark_read(*, session: Session, id: UUID, person_id: UUID, now: datetime) -> None:
    """Note that a person has read a notice; the first time counts.

    Raises:
        NotFound: no such notice.
    """
    get_or_raise(session=session, id=id, lock=True)
    values = {"notice_id": id, "person_id": person_id, "read_at": now}
    session.execute(insert(NoticeRead).values(values).on_conflict_do_nothing())


def _check(data: dict[str, Any], today: date) -> None:
    if data["last_day"] < today:
        raise Invalid(errors=[FieldError("/last_day", _("The last day is already over"))])
