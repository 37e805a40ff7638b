"""Load the calendar, groups, curriculum, assignments, timetable and notices into the portal, by its own sheets."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import clock
from dev.demo import earlier, words
from dev.demo.academy import Academy, Assignment, WeeklyLesson
from dev.demo.workbooks import fill_in
from portal.calendar import service as calendar
from portal.imports import service as imports
from portal.imports.kinds import KINDS
from portal.notices import service as notices

DEMO = UUID(int=21)
NOTICES = (
    (
        "everybody",
        "Қысқы емтихан сессиясы туралы",
        "О зимней экзаменационной сессии",
        "Рейтинг-рұқсат қорытындылары 19 желтоқсанға дейін шығарылады. Емтихан кестесі порталда жарияланады.",
        "Рейтинги допуска выставляются до 19 декабря. Расписание экзаменов будет опубликовано на портале.",
    ),
    (
        "learners",
        "Кітапхана: қайтару мерзімдері",
        "Библиотека: сроки возврата",
        "Мерзімі өткен кітаптарды семестр аяқталғанға дейін қайтаруыңызды сұраймыз.",
        "Просим вернуть просроченные книги до конца семестра.",
    ),
)

Rows = Iterable[Mapping[str, str]]


def load(session: Session, academy: Academy) -> None:
    """Load everything the portal knows of the academy."""
    for term in (earlier.term(academy), academy.term):
        calendar.create_period(
            session=session,
            data={
                "code": term.code,
                "title": term.title._asdict(),
                "starts": term.starts,
                "half_ends": term.half_ends,
                "ends": term.ends,
            },
        )
    for kind, rows in sheets(academy).items():
        _import(session, kind, rows)
    for audience, kk_title, ru_title, kk, ru in NOTICES:
        data = {
            "audience": audience,
            "title": {"kk": kk_title, "ru": ru_title},
            "text": {"kk": kk, "ru": ru},
            "last_day": clock.today() + timedelta(days=30),
        }
        notices.create_notice(session=session, data=data, by=DEMO, now=clock.now(), today=clock.today())


def sheets(academy: Academy) -> dict[str, list[dict[str, str]]]:
    """Give the rows of each sheet the portal takes, in the order in which it takes them."""
    now, then, before = academy.term.code, earlier.term(academy).code, earlier.assignments(academy)
    taught = [*((a, now) for a in academy.assignments), *((a, then) for a in before)]
    return {
        "groups": _groups(academy),
        "disciplines": [
            {"code": discipline, **_titles(title), "department_code": department}
            for discipline, department, _credits, title in words.DISCIPLINES
        ],
        "curriculum": _curriculum(taught),
        "assignments": [{"number": a.teacher_number, **_subject(a, code)} for a, code in taught],
        "timetable": [_lesson(academy, lesson) for lesson in academy.lessons],
    }


def _groups(academy: Academy) -> list[dict[str, str]]:
    faculties = {faculty: title for faculty, _prefix, title in words.FACULTIES}
    return [
        {
            "code": group.code,
            **_titles(faculties[group.faculty_code], f"{group.code}: "),
            "faculty_code": group.faculty_code,
            "year_of_study": str(group.year_of_study),
            "language": group.language,
        }
        for group in academy.groups
    ]


def _curriculum(taught: Iterable[tuple[Assignment, str]]) -> list[dict[str, str]]:
    subjects = {(a.discipline_code, a.group_code, period): a for a, period in taught}
    return [
        {
            **_subject(a, period),
            "credits": str(a.credits),
            "control": a.control,
            "hours": str(a.credits * 30),
        }
        for (_discipline, _group, period), a in subjects.items()
    ]


def _subject(assignment: Assignment, period: str) -> dict[str, str]:
    return {
        "discipline_code": assignment.discipline_code,
        "group_code": assignment.group_code,
        "period_code": period,
    }


def _lesson(academy: Academy, lesson: WeeklyLesson) -> dict[str, str]:
    return {
        **_subject(lesson.assignment, academy.term.code),
        "kind": lesson.kind,
        "number": lesson.assignment.teacher_number,
        "room": lesson.room,
        "weekday": str(lesson.weekday),
        "pair": str(lesson.pair),
    }


def _titles(title: words.Title, prefix: str = "") -> dict[str, str]:
    return {f"title_{language}": prefix + text for language, text in title._asdict().items()}


def _import(session: Session, name: str, rows: list[dict[str, str]]) -> None:
    kind = KINDS[name]
    data = fill_in(kind.layout, rows)
    run = imports.check_sheet(
        session=session, kind=kind, filename=f"{name}.xlsx", data=data, by=DEMO, now=clock.now()
    )
    if run.faults:
        raise ValueError(name, run.faults[:3])
    imports.apply_run(session=session, id=run.id, by=DEMO, now=clock.now())
