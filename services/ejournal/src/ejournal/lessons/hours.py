"""Hours planned and held over the journals of a period: for heads of departments and the quality unit. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, and_, func, or_, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.db import AnyRow
from ejournal.journal import service as journals
from ejournal.journal import windows
from ejournal.journal.lessons_model import LessonRecord
from ejournal.journal.model import COLUMN, JOURNAL
from ejournal.journal.service import Reader
from ejournal.journal.windows_rules import Policy
from ejournal.lessons import rules
from ejournal.lessons.service import MARKED
from ejournal.teaching.model import DISCIPLINE, GROUP, PERIOD, UNIT

MOST_JOURNALS = 5000


@dataclass(frozen=True)
class Line:
    """The hours of one journal, or of all journals of a department (then `journals` tells how many)."""

    id: str
    title: Mapping[str, str]
    group: str
    department: str
    curriculum: int
    hours: rules.Hours
    journals: int = 1

    @property
    def percent(self) -> int | None:
        """How much of what had to be held was held."""
        return rules.percent(self.hours.held, self.hours.missing)


def list_periods(session: Session) -> Sequence[AnyRow]:
    """List the periods that have journals, the latest first."""
    used = select(JOURNAL.c.period_id).where(JOURNAL.c.period_id == PERIOD.c.period_id).exists()
    query = select(PERIOD.c.period_id, PERIOD.c.title, PERIOD.c.starts).where(used)
    return session.execute(query.order_by(PERIOD.c.starts.desc(), PERIOD.c.period_id)).all()


def present(periods: Sequence[AnyRow]) -> UUID | None:
    """Give the latest period that has begun; before the first one, the first."""
    begun = [row.period_id for row in periods if row.starts <= clock.today()]
    return next(iter(begun or [row.period_id for row in reversed(periods)]), None)


def list_journals(session: Session, *, reader: Reader, period_id: UUID) -> list[Line]:
    """List the journals of a period in the reader's scope with their hours, those with most hours missing first."""
    lessons = _lessons(windows.get_policy(session), clock.today(), period_id)
    counts = {
        "planned": func.count().filter(lessons.c.in_timetable),
        "held": func.count().filter(lessons.c.begun, lessons.c.entered),
        "missing": func.count().filter(lessons.c.due, ~lessons.c.entered),
    }
    query = (
        select(
            JOURNAL.c.id,
            JOURNAL.c.hours,
            DISCIPLINE.c.title,
            DISCIPLINE.c.department_code,
            GROUP.c.code,
            *(count.label(name) for name, count in counts.items()),
        )
        .join(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(lessons, lessons.c.journal_id == JOURNAL.c.id)
        .where(JOURNAL.c.period_id == period_id, JOURNAL.c.status == "active", journals.within(reader))
        .group_by(JOURNAL.c.id, DISCIPLINE.c.discipline_id, GROUP.c.group_id)
        .order_by(counts["missing"].desc(), GROUP.c.code, DISCIPLINE.c.code)
        .limit(MOST_JOURNALS)
    )
    return [_line(row) for row in session.execute(query)]


def _lessons(policy: Policy, today: date, period_id: UUID) -> CTE:
    """Make the rows of all lessons of a period, as `rules.state` judges them; made once, since all counts ask for them."""
    entered = or_(MARKED, and_(COLUMN.c.in_timetable, LessonRecord.topic != ""))
    day_off = or_(
        func.to_char(COLUMN.c.date, "MM-DD").in_(policy.days_off),
        func.to_char(COLUMN.c.date, "YYYY-MM-DD").in_(policy.days_off),
    )
    return (
        select(
            COLUMN.c.journal_id,
            COLUMN.c.in_timetable,
            (COLUMN.c.date <= today).label("begun"),
            and_(COLUMN.c.in_timetable, COLUMN.c.date < today, ~day_off).label("due"),
            func.coalesce(entered, False).label("entered"),
        )
        .join(JOURNAL, JOURNAL.c.id == COLUMN.c.journal_id)
        .outerjoin(LessonRecord, LessonRecord.column_id == COLUMN.c.id)
        .where(COLUMN.c.kind == "lesson", JOURNAL.c.period_id == period_id)
        .cte("lessons")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _line(row: AnyRow) -> Line:
    counted = rules.Hours("", *(rules.HOURS_A_LESSON * n for n in (row.planned, row.held, row.missing)))
    return Line(str(row.id), row.title, row.code or "", row.department_code, row.hours, counted)


def by_department(session: Session, lines: Sequence[Line]) -> list[Line]:
    """Add up the journals of each department, those with most hours missing first."""
    titles: dict[str, Any] = dict(
        session.execute(select(UNIT.c.code, UNIT.c.title).where(UNIT.c.kind == "department")).all()
    )
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.department, []).append(line)
    made = [
        Line(
            code,
            titles.get(code) or dict.fromkeys(("kk", "ru"), code),
            "",
            code,
            sum(one.curriculum for one in some),
            rules.total([one.hours for one in some]),
            len(some),
        )
        for code, some in found.items()
    ]
    return sorted(made, key=lambda line: (-line.hours.missing, line.id))
