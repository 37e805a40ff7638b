"""As of when a page speaks: since when what it shows of another service may have fallen behind.

A feed is asked again at least every half minute, whether it has anything new or not, and its cursor keeps when it answered
last. A peer that is away is no error: the projection stays, and pages say of when it is (`ui.as_of(ctx.as_of("auth/people"))`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, bindparam, case, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.events import CURSOR
from chassis.i18n import format_datetime
from chassis.kept import noted

STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class AsOf:
    """That a projection may have fallen behind; ``since`` is None when nothing of its feed has ever arrived."""

    since: datetime | None

    @property
    def when(self) -> str:
        """The moment in the reader's language; empty when nothing has ever arrived."""
        return format_datetime(self.since) if self.since else ""


def judge(checked_at: datetime | None, *, now: datetime) -> AsOf | None:
    """Tell whether a feed that answered last at a moment may have fallen behind; None while it is heard."""
    if checked_at is not None and now - checked_at <= STALE_AFTER:
        return None
    return AsOf(checked_at)


def oldest(found: Iterable[AsOf | None]) -> AsOf | None:
    """Choose what to say of several feeds: the oldest moment; that nothing has arrived only when that is so of all that are behind."""
    behind = [one for one in found if one is not None]
    moments = [one.since for one in behind if one.since is not None]
    return AsOf(min(moments, default=None)) if behind else None


# Of a feed that is heard the minute, since it answers every few seconds and a page shall not be another each time.
HEARD = select(
    CURSOR.c.feed,
    case(
        (CURSOR.c.checked_at.is_(None) | (CURSOR.c.checked_at < bindparam("since")), CURSOR.c.checked_at),
        else_=bindparam("minute", type_=DateTime(timezone=True)),
    ).label("checked_at"),
)


def heard(session: Session) -> Mapping[str, datetime | None]:
    """Read when each feed answered last; the present minute for one that is heard."""
    minute = clock.minute()
    with noted():
        rows = session.execute(HEARD, {"minute": minute, "since": minute - STALE_AFTER}).all()
    return {row.feed: row.checked_at for row in rows}
