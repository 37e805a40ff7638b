"""The board: figures of departments, and the late columns behind them. Reads only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from ejournal.journal import service as journals
from ejournal.journal import windows
from ejournal.journal.model import CELL, COLUMN, JOURNAL, SHEET_ROW, TEACHER
from ejournal.journal.remarks_model import Remark
from ejournal.journal.service import Reader
from ejournal.journal.windows_rules import Policy
from ejournal.moderation import rules
from ejournal.moderation.model import BoardDay
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, PERSON, UNIT
from ejournal.windows.model import Reopening

REOPENED_DAYS = 30
MOST_LATE = 200
MARKS = (
    select(func.count())
    .where(CELL.c.column_id == COLUMN.c.id, CELL.c.value.is_not(None))
    .scalar_subquery()
    .correlate(COLUMN)
)
LEARNERS = (
    select(func.count())
    .where(
        SHEET_ROW.c.journal_id == JOURNAL.c.id,
        SHEET_ROW.c.active,
        # Who joined by an order after the control took it, or not, in the former group.
        func.coalesce(
            SHEET_ROW.c.spans[0]["from"].astext <= func.to_char(COLUMN.c.date, "YYYY-MM-DD"), true()
        ),
    )
    .scalar_subquery()
    .correlate(JOURNAL, COLUMN)
)


def is_over(policy: Policy, today: date) -> ColumnElement[bool]:
    """Make the condition that the window of a column is over by the calendar. Lectures and days off ask for no mark."""
    lesson = and_(
        COLUMN.c.kind == "lesson",
        COLUMN.c.lesson_kind != "lecture",
        COLUMN.c.in_timetable,
        COLUMN.c.date < rules.lessons_closed_before(today, policy),
        func.to_char(COLUMN.c.date, "MM-DD").not_in(policy.days_off),
        func.to_char(COLUMN.c.date, "YYYY-MM-DD").not_in(policy.days_off),
    )
    midterm = and_(COLUMN.c.kind != "lesson", COLUMN.c.date < rules.midterms_closed_before(today, policy))
    return and_(JOURNAL.c.status == "active", or_(lesson, midterm))


def of_the_period(query: Select[Any]) -> Select[Any]:
    """Join what scopes ask about, and leave only the journals of the present period."""
    today = clock.today()
    return (
        query.join(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .join(PERIOD, PERIOD.c.period_id == JOURNAL.c.period_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .where(PERIOD.c.starts <= today, PERIOD.c.ends >= today - timedelta(days=REOPENED_DAYS))
    )


def departments(session: Session, *, reader: Reader | None) -> list[dict[str, Any]]:
    """Give the figures of each department in the reader's scope; of all when nobody in particular asks.

    Returns:
        `code`, `title`, and by name: `journals`; `late`, columns whose window is over without an entry; `missing`, learners
        without an entry in a midterm control that is over; `reopened`, columns reopened in thirty days; `remarks`, unanswered.
    """
    mine = journals.within(reader) if reader else None
    found: dict[str, dict[str, Any]] = {}
    for name, query in _counts(session).items():
        scoped = query if mine is None else query.where(mine)
        for code, count in session.execute(scoped.group_by(DISCIPLINE.c.department_code)):
            found.setdefault(code, dict.fromkeys(rules.FIGURES, 0))[name] = int(count or 0)
    named = select(UNIT.c.code, UNIT.c.title).where(UNIT.c.kind == "department")
    titles = dict(session.execute(named).all())
    lines = [{"code": code, "title": titles.get(code, {}), **figures} for code, figures in found.items()]
    return sorted(lines, key=lambda line: (-line["late"], line["code"]))


def _counts(session: Session) -> dict[str, Select[Any]]:
    code, today = DISCIPLINE.c.department_code, clock.today()
    over = is_over(windows.get_policy(session), today)
    late = case((MARKS == 0, 1), else_=0)
    missing = case((COLUMN.c.kind != "lesson", func.greatest(LEARNERS - MARKS, 0)), else_=0)
    since = clock.now() - timedelta(days=REOPENED_DAYS)
    return {
        "journals": of_the_period(select(code, func.count()).select_from(JOURNAL)),
        "late": _over(select(code, func.sum(late)), over),
        "missing": _over(select(code, func.sum(missing)), over),
        "reopened": of_the_period(select(code, func.count()).select_from(JOURNAL))
        .join(Reopening, Reopening.journal_id == JOURNAL.c.id)
        .where(Reopening.state == "granted", Reopening.decided_at >= since),
        "remarks": of_the_period(select(code, func.count()).select_from(JOURNAL))
        .join(Remark, Remark.journal_id == JOURNAL.c.id)
        .where(Remark.answered_by.is_(None)),
    }


def _over(query: Select[Any], over: ColumnElement[bool]) -> Select[Any]:
    return (
        of_the_period(query.select_from(JOURNAL))
        .join(COLUMN, COLUMN.c.journal_id == JOURNAL.c.id)
        .where(over)
    )


def late_columns(session: Session, *, reader: Reader, journal_id: Any = None) -> Sequence[AnyRow]:
    """List columns whose window is over without a single entry, the oldest first, with their teachers."""
    names = (
        select(func.string_agg(PERSON.c.family_name, ", "))
        .join(TEACHER, TEACHER.c.person_id == PERSON.c.person_id)
        .where(TEACHER.c.journal_id == JOURNAL.c.id)
        .scalar_subquery()
        .correlate(JOURNAL)
    )
    query: Select[Any] = select(
        *(COLUMN.c[name] for name in ("id", "kind", "lesson_kind", "date", "journal_id")),
        DISCIPLINE.c.title.label("discipline"),
        DISCIPLINE.c.department_code,
        GROUP.c.code.label("group"),
        names.label("teachers"),
    )
    query = _over(query, is_over(windows.get_policy(session), clock.today())).where(
        journals.within(reader), MARKS == 0
    )
    if journal_id is not None:
        query = query.where(JOURNAL.c.id == journal_id)
    return session.execute(query.order_by(COLUMN.c.date, COLUMN.c.id).limit(MOST_LATE)).all()


def freeze(session: Session) -> int:
    """Keep the figures of the day for every department, once a day; what is kept is never changed.

    Returns:
        How many departments were kept now.
    """
    today = clock.today()
    if session.scalar(select(func.count()).where(BoardDay.day == today)):
        return 0
    lines = departments(session, reader=None)
    for line in lines:
        figures = {name: line[name] for name in rules.FIGURES}
        session.add(BoardDay(day=today, department_code=line["code"], figures=figures, frozen_at=clock.now()))
    session.flush()
    return len(lines)


def list_days(session: Session) -> Sequence[date]:
    """List the days with a frozen copy, the latest first."""
    query = select(BoardDay.day).distinct().order_by(BoardDay.day.desc()).limit(400)
    return session.scalars(query).all()


def day_figures(session: Session, *, day: date, reader: Reader) -> list[dict[str, Any]]:
    """Give the figures of a day as they were kept, for the departments in the reader's scope."""
    query = (
        select(BoardDay.department_code.label("code"), BoardDay.figures, UNIT.c.title)
        .outerjoin(UNIT, (UNIT.c.code == BoardDay.department_code) & (UNIT.c.kind == "department"))
        .where(BoardDay.day == day, reader.scopes.where({"department": BoardDay.department_code}))
        .order_by(BoardDay.department_code)
    )
    return [
        {"code": row.code, "title": row.title or {}, **row.figures} for row in session.execute(query).all()
    ]
