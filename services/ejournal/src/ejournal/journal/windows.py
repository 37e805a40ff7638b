"""The windows of the institution, kept for a minute since every save of marks asks for them; what they close in a journal today."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import AnyRow
from chassis.problems import Conflict
from ejournal.journal.model import WINDOW_POLICY
from ejournal.journal.windows_rules import Policy, closed_columns, stored
from ejournal.kept import Kept

FROZEN = "frozen"
PARAMETERS = ("lesson_days", "midterm_before", "midterm_after", "reopen_days", "days_off", "version")


def read_policy(session: Session) -> Policy:
    """Read the windows as they stand now."""
    columns = [WINDOW_POLICY.c[name] for name in PARAMETERS]
    return stored(dict(session.execute(select(*columns)).mappings().one()))


_KEPT = Kept(read_policy)


def get_policy(session: Session) -> Policy:
    """Give the windows, at most a minute old."""
    return _KEPT.get(session)


def closed_today(session: Session, head: AnyRow, *, only: Collection[str] | None = None) -> dict[str, str]:
    """Give the reason of every column of a journal that takes no marks today, by column id.

    The rating statement closes all of them for good (`frozen`), whatever windows and reopenings say.
    To a substitute every column but those of the appointment is closed, with the reason `dated`.

    Args:
        session: the unit of work.
        head: the journal's head, as `service.get_or_raise` gives it.
        only: the ids of the columns asked about; all of them, if not given.
    """
    columns = head.columns if only is None else [one for one in head.columns if one["id"] in only]
    if head.frozen_at is not None:
        return dict.fromkeys((column["id"] for column in columns), FROZEN)
    reopened = head.reopened_until.isoformat() if head.reopened_until else None
    policy, today = get_policy(session), clock.today()
    closed = closed_columns(columns, policy=policy, today=today, reopened=reopened)
    if head.dated_only is None:
        return closed
    return closed | {one["id"]: "dated" for one in columns if one["id"] not in head.dated_only}


def change_policy(session: Session, *, data: dict[str, Any], version: int, actor: str, basis: str) -> Policy:
    """Change the windows of the institution; other processes follow within a minute.

    Args:
        session: the unit of work.
        data: the parameters but the version.
        version: of the windows the change is based on.
        actor: who changes them.
        basis: the order they are changed by.

    Raises:
        Conflict: somebody changed them meanwhile.
    """
    before = read_policy(session)
    found = session.execute(
        update(WINDOW_POLICY)
        .where(WINDOW_POLICY.c.version == version)
        .values(**data, version=version + 1, changed_at=clock.now())
        .returning(WINDOW_POLICY.c.version)
    ).one_or_none()
    if found is None:
        raise Conflict(extra={"expected_version": version, "current_version": before.version})
    audit(
        session,
        act="ejournal.windows.changed",
        subject="ejournal:windows",
        actor=actor,
        before=as_json(before),
        after=data,
        basis=basis,
    )
    return read_policy(session)


def as_json(policy: Policy) -> dict[str, Any]:
    """Give the parameters in the form that goes over the wire."""
    told = {name: getattr(policy, name) for name in PARAMETERS}
    return {**told, "days_off": sorted(policy.days_off)}
