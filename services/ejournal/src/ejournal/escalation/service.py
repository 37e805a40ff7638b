"""Tell late entries to who answers for them: raised when the term of a step is over, followed, closed when nothing is late any more.

Bringing the escalations to what is late is idempotent: a second time it finds nothing to do. Every change is an event with the whole
state, by which the portal shows the notice on the homes of those told.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.outbox import record
from chassis.permissions import ACCESS_GRANT, ROLE_PERMISSION
from ejournal.control.service import get_book
from ejournal.escalation.model import Escalation
from ejournal.escalation.rules import DEPARTMENT, FACULTY, STEPS, TEACHER, terms
from ejournal.journal import service as journals
from ejournal.journal import windows
from ejournal.journal.model import COLUMN, JOURNAL
from ejournal.journal.model import TEACHER as TEACHERS
from ejournal.journal.service import Reader
from ejournal.moderation import board
from ejournal.teaching.model import DISCIPLINE, GROUP

READS_BOARD = "ejournal.board.read"
UNTITLED = {"kk": "—", "ru": "—"}
FIGURES = ("people", "columns", "missing", "since")
PLACES = (DISCIPLINE.c.department_code, GROUP.c.faculty_code)
Key = tuple[UUID, str]


def bring(session: Session) -> int:
    """Bring the escalations to what is late now.

    Returns:
        How many were raised, changed or closed.
    """
    late = dict(_late(session))
    present = select(Escalation).where(Escalation.closed_at.is_(None)).with_for_update(key_share=True)
    known = {(one.journal_id, one.step): one for one in session.scalars(present)}
    changed = [
        *(_follow(session, known.get(key), key, figures) for key, figures in late.items()),
        *(_close(one) for key, one in known.items() if key not in late),
    ]
    session.flush()
    told = [one for one in changed if one]
    for one in told:
        _tell(session, one)
    return len(told)


def _follow(
    session: Session, found: Escalation | None, key: Key, figures: Mapping[str, Any]
) -> Escalation | None:
    if found is None:
        made = Escalation(journal_id=key[0], step=key[1], raised_at=clock.now(), **figures)
        session.add(made)
        return made
    if all(getattr(found, name) == figures[name] for name in FIGURES):
        return None
    for name in FIGURES:
        setattr(found, name, figures[name])
    return found


def _close(found: Escalation) -> Escalation:
    found.closed_at = max(clock.now(), found.raised_at)  # a clock may have been set back
    return found


def _late(session: Session) -> Iterable[tuple[Key, dict[str, Any]]]:
    """Give what is late beyond the term of each step, by journal and step."""
    policy, today, book = windows.get_policy(session), clock.today(), get_book(session)
    heads, deans = _holders(session, DEPARTMENT), _holders(session, FACULTY)
    for code, rules in book.sets.items():
        for step, days in terms(rules.parameters).items():
            over = board.is_over(policy, today - timedelta(days=days - 1))
            query = _counts(today).where(JOURNAL.c.rule_set == code, over)
            for row in session.execute(query.group_by(JOURNAL.c.id, *PLACES)):
                told = {
                    TEACHER: row.teachers or [],
                    DEPARTMENT: heads.get(row.department_code, []),
                    FACULTY: deans.get(row.faculty_code, []),
                }
                figures = {"columns": row.late, "missing": int(row.missing), "since": row.since}
                yield (row.id, step), figures | {"people": told[step]}


def _counts(today: date) -> Select[Any]:
    """Count the columns that lack entries, and the learners without a mark in midterm controls; a reopened column has its own term."""
    lacking = case((COLUMN.c.kind != "lesson", func.greatest(board.LEARNERS - board.MARKS, 0)), else_=0)
    teachers = (
        select(func.array_agg(aggregate_order_by(TEACHERS.c.person_id, TEACHERS.c.person_id)))
        .where(TEACHERS.c.journal_id == JOURNAL.c.id)
        .scalar_subquery()
        .correlate(JOURNAL)
    )
    open_until = func.greatest(JOURNAL.c.reopened_until, COLUMN.c.reopened_until)
    query = select(
        JOURNAL.c.id,
        *PLACES,
        func.count().label("late"),
        func.sum(lacking).label("missing"),
        func.min(COLUMN.c.date).label("since"),
        teachers.label("teachers"),
    ).select_from(JOURNAL)
    return (
        board.of_the_period(query)
        .join(COLUMN, COLUMN.c.journal_id == JOURNAL.c.id)
        .where(
            or_(board.MARKS == 0, lacking > 0),
            board.LEARNERS > 0,
            JOURNAL.c.frozen_at.is_(None),
            func.coalesce(open_until, date.min) < today,
        )
    )


def _holders(session: Session, kind: str) -> Mapping[str, list[UUID]]:
    """Find who may read the board of a unit, by its code: its head, and whoever deputises."""
    today = clock.today()
    query = (
        select(ACCESS_GRANT.c.scope_id, ACCESS_GRANT.c.person_id)
        .join(ROLE_PERMISSION, ROLE_PERMISSION.c.role == ACCESS_GRANT.c.role)
        .where(
            ROLE_PERMISSION.c.permission == READS_BOARD,
            ACCESS_GRANT.c.scope_type == kind,
            or_(ACCESS_GRANT.c.valid_from.is_(None), ACCESS_GRANT.c.valid_from <= today),
            or_(ACCESS_GRANT.c.valid_to.is_(None), ACCESS_GRANT.c.valid_to >= today),
        )
        .distinct()
        .order_by(ACCESS_GRANT.c.scope_id, ACCESS_GRANT.c.person_id)
    )
    found: dict[str, list[UUID]] = {}
    for unit, person in session.execute(query):
        found.setdefault(unit, []).append(person)
    return found


def _tell(session: Session, one: Escalation) -> None:
    """Record `ejournal.escalation.recorded.v1` with the whole state, and an audit row."""
    about = session.execute(_about().where(JOURNAL.c.id == one.journal_id)).one()
    data = {
        "escalation_id": str(one.id),
        "journal_id": str(one.journal_id),
        "step": one.step,
        "people": [str(person) for person in one.people],
        "discipline_title": about.discipline or UNTITLED,
        "group_code": about.group or "—",
        "columns": one.columns,
        "missing": one.missing,
        "since": one.since.isoformat(),
        "raised_at": one.raised_at.isoformat(),
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
    }
    record(
        session,
        "ejournal.escalation.recorded.v1",
        feed="ejournal/marks",
        subject=str(one.id),
        data=data,
        subject_version=one.version,
    )
    if one.closed_at or one.version == 1:
        act = f"ejournal.escalation.{'closed' if one.closed_at else 'raised'}"
        after = {name: data[name] for name in ("step", "people", "columns", "missing", "since")}
        audit(session, act=act, subject=f"journal:{one.journal_id}", actor="ejournal", after=after)


def _about() -> Select[Any]:
    return (
        select(DISCIPLINE.c.title.label("discipline"), GROUP.c.code.label("group"))
        .select_from(JOURNAL)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
    )


def list_query(*, reader: Reader, state: str = "") -> Select[Any]:
    """Make the query of the escalations in the reader's scope: open ones first, the latest on top.

    Args:
        reader: who asks, and where.
        state: `open`, `closed`, or empty for both.
    """
    query = (
        _about()
        .add_columns(*Escalation.__table__.columns)
        .join(Escalation, Escalation.journal_id == JOURNAL.c.id)
    )
    query = query.where(journals.within(reader))
    if state:
        closed = Escalation.closed_at.is_not(None)
        query = query.where(closed if state == "closed" else ~closed)
    return query.order_by(Escalation.closed_at.is_not(None), Escalation.raised_at.desc(), Escalation.id)


def told_by_journal(session: Session, *, journal_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[str]]:
    """Give the steps at which late entries of journals are told now, in their order."""
    query = select(Escalation.journal_id, Escalation.step).where(
        Escalation.closed_at.is_(None), Escalation.journal_id.in_(set(journal_ids))
    )
    found: dict[UUID, list[str]] = {}
    for journal, step in session.execute(query):
        found.setdefault(journal, []).append(step)
    return {journal: sorted(steps, key=STEPS.index) for journal, steps in found.items()}
