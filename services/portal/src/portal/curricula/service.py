"""Use cases of working curricula: disciplines and rows, by hand and by sheet. Nothing here commits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, true
from sqlalchemy.orm import Session

from chassis.db import ROW_LOCK, AnyRow, check_version
from chassis.i18n import gettext as _
from chassis.i18n import sort_key
from chassis.outbox import record
from chassis.problems import Conflict, FieldError, Invalid, NotFound
from portal.calendar import service as calendar
from portal.calendar.model import Period
from portal.curricula import rules
from portal.curricula.model import CurriculumRow, Discipline
from portal.groups import service as groups
from portal.groups.model import StudyGroup
from portal.sheets import Line, Plan, Rows, titles

DISCIPLINE = (
    Discipline.id,
    Discipline.code,
    Discipline.title,
    Discipline.department_code,
    Discipline.version,
)
AUDIENCE = ("discipline_id", "period_id", "group_id", "programme", "year_of_study")
ROW = tuple(
    getattr(CurriculumRow, name) for name in ("id", *AUDIENCE, "credits", "control", "hours", "version")
)


def list_disciplines(
    *, session: Session, where: ColumnElement[bool] | None = None, text: str = ""
) -> Sequence[AnyRow]:
    """Return disciplines in alphabetic order, optionally those whose code or title contains a text."""
    query = select(*DISCIPLINE).where(true() if where is None else where).order_by(Discipline.sort_key)
    if text:
        columns = (Discipline.code, Discipline.title["kk"].astext, Discipline.title["ru"].astext)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return session.execute(query).all()


def disciplines_by_code(*, session: Session) -> dict[str, AnyRow]:
    """Return every discipline by its code, for sheets."""
    return {row.code: row for row in session.execute(select(*DISCIPLINE))}


def create_discipline(*, session: Session, data: dict[str, Any]) -> Discipline:
    """Add a discipline and publish it.

    Raises:
        Conflict: the code is taken.
    """
    if session.scalar(select(Discipline.id).where(Discipline.code == data["code"])):
        raise Conflict(_("The discipline %(code)s is already there", code=data["code"]))
    discipline = Discipline(**data, sort_key=sort_key(data["title"]["kk"]))
    session.add(discipline)
    session.flush()
    _publish(session, discipline)
    return discipline


def change_discipline(*, session: Session, id: UUID, version: int, data: dict[str, Any]) -> Discipline:
    """Change a discipline's title or department.

    Raises:
        NotFound: no such discipline.
        Conflict: somebody changed it meanwhile.
    """
    discipline = session.get(Discipline, id, with_for_update=ROW_LOCK)
    if discipline is None:
        raise NotFound
    check_version(discipline, version)
    for key, value in data.items():
        setattr(discipline, key, value)
    discipline.sort_key = sort_key(discipline.title["kk"])
    session.flush()
    _publish(session, discipline)
    return discipline


def list_rows(
    *, session: Session, period_id: UUID, where: ColumnElement[bool] | None = None
) -> Sequence[AnyRow]:
    """Return the rows of a period with the words a page needs, by audience and discipline."""
    query = (
        select(
            *ROW,
            Discipline.code.label("discipline_code"),
            Discipline.title.label("discipline_title"),
            Discipline.department_code,
            StudyGroup.code.label("group_code"),
        )
        .join(Discipline, Discipline.id == CurriculumRow.discipline_id)
        .outerjoin(StudyGroup, StudyGroup.id == CurriculumRow.group_id)
        .where(CurriculumRow.period_id == period_id, true() if where is None else where)
        .order_by(
            CurriculumRow.programme, CurriculumRow.year_of_study, StudyGroup.sort_key, Discipline.sort_key
        )
    )
    return session.execute(query).all()


def rows_by_subject(*, session: Session) -> dict[tuple[UUID, UUID], list[Mapping[str, Any]]]:
    """Return rows by discipline and period, for assignments."""
    found: dict[tuple[UUID, UUID], list[Mapping[str, Any]]] = defaultdict(list)
    for row in session.execute(select(*ROW)):
        found[row.discipline_id, row.period_id].append(row._asdict())
    return found


def create_row(*, session: Session, data: dict[str, Any]) -> CurriculumRow:
    """Add a row of the working curriculum.

    Raises:
        Invalid: its discipline, period or group is not known, it has no audience or more hours than its credits allow.
        Conflict: this audience already has the discipline in this period.
    """
    _check(session, data)
    query = select(CurriculumRow.id)
    for name in AUDIENCE:
        query = query.where(getattr(CurriculumRow, name).is_not_distinct_from(data.get(name)))
    if session.scalar(query):
        raise Conflict(_("The working curriculum already has this discipline here"))
    row = CurriculumRow(**data)
    session.add(row)
    session.flush()
    return row


def change_row(*, session: Session, id: UUID, version: int, data: dict[str, Any]) -> CurriculumRow:
    """Change credits, control or hours of a row; assignments made before keep theirs until imported again.

    Raises:
        NotFound, Conflict, Invalid: as for a new row.
    """
    row = session.get(CurriculumRow, id, with_for_update=ROW_LOCK)
    if row is None:
        raise NotFound
    check_version(row, version)
    for key, value in data.items():
        setattr(row, key, value)
    _check_hours(row.credits, row.hours)
    session.flush()
    return row


def remove_row(*, session: Session, id: UUID) -> None:
    """Remove a row from the working curriculum; assignments made from it stay.

    Raises:
        NotFound: no such row.
    """
    if (
        session.execute(
            delete(CurriculumRow).where(CurriculumRow.id == id).returning(CurriculumRow.id)
        ).first()
        is None
    ):
        raise NotFound


def plan_disciplines(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of disciplines would do. Departments are checked as soon as auth/people has told of any."""
    plan, standing = Plan(), disciplines_by_code(session=session)
    departments = groups.unit_titles(session=session, kind="department")
    for at, row in rows:
        if departments and row["department_code"] not in departments:
            plan.refuse(
                at, row["code"], "department_code", "unknown-department", value=row["department_code"]
            )
            continue
        values = {"code": row["code"], "title": titles(row), "department_code": row["department_code"]}
        before = standing.get(row["code"])
        plan.take(at, before._asdict() if before else None, values)
    return plan


def apply_disciplines(*, session: Session, lines: Sequence[Line]) -> None:
    """Write disciplines of a sheet; a line that repeats what stands does nothing."""
    standing = disciplines_by_code(session=session)
    for line in lines:
        if line.action == "added":
            create_discipline(session=session, data=line.values)
        elif line.action == "changed":
            now = standing[line.values["code"]]
            change_discipline(session=session, id=now.id, version=now.version, data=line.values)


def plan_rows(*, session: Session, rows: Rows) -> Plan:
    """Say what a sheet of a working curriculum would do."""
    plan, seen = Plan(), dict[tuple[Any, ...], int]()
    known = {
        "discipline": disciplines_by_code(session=session),
        "period": calendar.periods_by_code(session=session),
        "group": groups.groups_by_code(session=session),
    }
    standing = {tuple(row._asdict()[name] for name in AUDIENCE): row for row in session.execute(select(*ROW))}
    for at, row in rows:
        values = _read_row(plan, at, row, known)
        if values is None:
            continue
        key = tuple(values[name] for name in AUDIENCE)
        if (other := seen.setdefault(key, at)) != at:
            plan.refuse(at, row["discipline_code"], "discipline_code", "repeated-line", other=other)
            continue
        before = standing.get(key)
        plan.take(at, before._asdict() if before else None, values)
    return plan


def apply_rows(*, session: Session, lines: Sequence[Line]) -> None:
    """Write rows of a sheet; a line that repeats what stands does nothing."""
    standing = {tuple(row._asdict()[name] for name in AUDIENCE): row for row in session.execute(select(*ROW))}
    for line in lines:
        if line.action == "added":
            session.add(CurriculumRow(**line.values))
        elif line.action == "changed":
            now = standing[tuple(line.values[name] for name in AUDIENCE)]
            change_row(session=session, id=now.id, version=now.version, data=line.values)
    session.flush()


def _read_row(
    plan: Plan, at: int, row: Mapping[str, str], known: Mapping[str, Mapping[str, AnyRow]]
) -> dict[str, Any] | None:
    name, before = row["discipline_code"], len(plan.faults)
    for what in ("discipline", "period", "group"):
        code = row[f"{what}_code"]
        if code and code not in known[what]:
            plan.refuse(at, name, f"{what}_code", f"unknown-{what}", value=code)
    if not rules.has_one_audience(
        group=row["group_code"], programme=row["programme"], year=row["year_of_study"]
    ):
        plan.refuse(at, name, "group_code", "one-audience")
    worth = int(row["credits"])
    hours = int(row["hours"]) if row["hours"] else rules.default_hours(worth)
    if hours > rules.most_hours(worth):
        plan.refuse(at, name, "hours", "hours-over", hours=hours, credits=worth, most=rules.most_hours(worth))
    if len(plan.faults) > before:
        return None
    return {
        "discipline_id": known["discipline"][name].id,
        "period_id": known["period"][row["period_code"]].id,
        "group_id": known["group"][row["group_code"]].id if row["group_code"] else None,
        "programme": row["programme"] or None,
        "year_of_study": int(row["year_of_study"]) if row["year_of_study"] else None,
        "credits": worth,
        "control": row["control"],
        "hours": hours,
    }


def _check(session: Session, data: dict[str, Any]) -> None:
    for name, model in (("discipline_id", Discipline), ("period_id", Period), ("group_id", StudyGroup)):
        if data.get(name) and session.get(model, data[name]) is None:
            raise Invalid(errors=[FieldError(f"/{name}", _("There is no such entry"))])
    year = data.get("year_of_study")
    if not rules.has_one_audience(
        group=str(data.get("group_id") or ""), programme=data.get("programme") or "", year=str(year or "")
    ):
        text = _("Name either a group, or a programme together with the year of study")
        raise Invalid(errors=[FieldError("/group_id", text)])
    _check_hours(data["credits"], data["hours"])


def _check_hours(credits: int, hours: int) -> None:
    most = rules.most_hours(credits)
    if hours > most:
        text = _(
            "%(hours)s hours are more than %(credits)s credits allow: %(most)s, 30 hours a credit",
            hours=hours,
            credits=credits,
            most=most,
        )
        raise Invalid(errors=[FieldError("/hours", text)])


def _publish(session: Session, discipline: Discipline) -> None:
    record(
        session,
        "portal.discipline.recorded.v1",
        feed="portal/teaching",
        subject=str(discipline.id),
        subject_version=discipline.version,
        data={
            "discipline_id": str(discipline.id),
            "code": discipline.code,
            "title": discipline.title,
            "department_code": discipline.department_code,
        },
    )
