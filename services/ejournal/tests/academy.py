"""A small academy told by events, and short ways to ask about its journals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, select, update

from chassis.db import new_id, unit_of_work
from ejournal.journal.model import COLUMN, JOURNAL

WRITER = {
    "ejournal.journal.read": [("assigned", None)],
    "ejournal.cell.write": [("assigned", None)],
    "ejournal.column.publish": [("assigned", None)],
}
READER = {"ejournal.journal.read": [("institution", None)]}
LEARNER = {"ejournal.own.read": [("self", None)]}
LEARNERS = (("Әлиев", "Арман"), ("Ким", "Даурен"), ("Серікбаева", "Айгерім"))
TITLE = {"kk": "Қылмыстық құқық", "ru": "Уголовное право", "en": "Criminal law"}
DATES = (("2026-09-07", 1), ("2026-09-14", 1), ("2026-11-02", 2), ("2026-11-09", 2))


@dataclass
class Academy:
    deliver: Callable[..., None]
    engine: Engine
    group: UUID = field(default_factory=uuid4)
    discipline: UUID = field(default_factory=uuid4)
    period: UUID = field(default_factory=uuid4)
    assignment: UUID = field(default_factory=uuid4)
    teacher: UUID = field(default_factory=new_id)
    colleague: UUID = field(default_factory=new_id)
    learners: list[UUID] = field(default_factory=lambda: [uuid4() for _ in LEARNERS])
    lessons: list[UUID] = field(default_factory=lambda: [uuid4() for _ in DATES])

    def tell_people(self) -> None:
        for person, (family, given) in zip(self.learners, LEARNERS, strict=True):
            self.person(person, family, given, "learner")
        self.person(self.teacher, "Сапарова", "Гүлнар", "teacher", "Қайратқызы")
        self.person(self.colleague, "Омаров", "Берік", "teacher", None)

    def person(
        self, id: UUID, family: str, given: str, kind: str, patronymic: str | None = None, **more: Any
    ) -> None:
        data = {
            "person_id": str(id), "family_name": family, "given_name": given, "patronymic": patronymic, "kind": kind,
            "group_code": "ҚІ-24-1" if kind == "learner" else None,
            "department_code": None if kind == "learner" else "criminal-law",
            "number": str(id)[:8], "status": "active", "language": "kk",
        }  # fmt: skip
        self.deliver("auth.person.recorded.v1", data | more)

    def tell_period(self, **more: Any) -> None:
        data = {
            "period_id": str(self.period), "code": "2026-1", "starts": "2026-09-01", "half_ends": "2026-10-24",
            "ends": "2026-12-19", "title": {"kk": "1-семестр", "ru": "1-й семестр", "en": "Semester 1"},
        }  # fmt: skip
        self.deliver("portal.period.recorded.v1", data | more)

    def tell_group(self, learners: Sequence[UUID] | None = None, **more: Any) -> None:
        people = self.learners if learners is None else learners
        data = {
            "group_id": str(self.group), "code": "ҚІ-24-1", "title": {"kk": "ҚІ-24-1", "ru": "ҚІ-24-1"},
            "faculty_code": "investigation", "year_of_study": 3, "language": "kk",
            "roster": [{"person_id": str(person), "position": n} for n, person in enumerate(people, 1)],
        }  # fmt: skip
        self.deliver("portal.group.recorded.v1", data | more)

    def tell_discipline(self, **more: Any) -> None:
        data = {
            "discipline_id": str(self.discipline), "code": "KP 2204", "title": TITLE, "department_code": "criminal-law",
        }  # fmt: skip
        self.deliver("portal.discipline.recorded.v1", data | more)

    def tell_assignment(self, **more: Any) -> None:
        data = {
            "assignment_id": str(self.assignment), "discipline_id": str(self.discipline), "group_id": str(self.group),
            "period_id": str(self.period), "credits": 5, "control": "exam", "hours": 150,
            "teachers": [str(self.teacher), str(self.colleague)], "status": "active",
        }  # fmt: skip
        self.deliver("portal.teaching.assigned.v1", data | more)

    def tell_lessons(self, dates: Sequence[tuple[str, int]] = DATES, **more: Any) -> None:
        lessons = [
            {
                "lesson_id": str(lesson), "date": day, "pair": 1, "starts": "09:00", "ends": "10:30", "kind": "seminar",
                "room": "204", "teacher_id": str(self.teacher), "half": half,
            }
            for lesson, (day, half) in zip(self.lessons, dates, strict=False)
        ]  # fmt: skip
        self.deliver(
            "portal.lessons.recorded.v1", {"assignment_id": str(self.assignment), "lessons": lessons} | more
        )

    def tell_all(self) -> "Academy":
        for tell in (
            self.tell_people, self.tell_period, self.tell_group, self.tell_discipline, self.tell_assignment,
            self.tell_lessons,
        ):  # fmt: skip
            tell()
        self.open_windows()
        return self

    def open_windows(self) -> None:
        """Reopen the journal for good: its lessons stand on fixed dates, and tests run on any day."""
        with unit_of_work(self.engine) as session:
            session.execute(
                update(JOURNAL)
                .where(JOURNAL.c.assignment_id == self.assignment)
                .values(reopened_until=date(2999, 12, 31))
            )

    @property
    def journal(self) -> UUID:
        return self.find_journals()[0].id

    def find_journals(self) -> Sequence[Any]:
        with unit_of_work(self.engine) as session:
            query = select(JOURNAL).where(JOURNAL.c.assignment_id == self.assignment)
            return session.execute(query).all()

    @property
    def columns(self) -> list[str]:
        """Column ids in the order of the page: two lessons, RK1, two lessons, RK2."""
        return [column["id"] for column in self.find_journals()[0].columns]

    def column_rows(self) -> Sequence[Any]:
        with unit_of_work(self.engine) as session:
            return session.execute(select(COLUMN).where(COLUMN.c.journal_id == self.journal)).all()

    def key(self, learner: int, column: int) -> str:
        return f"{self.learners[learner]}:{self.columns[column]}"

    @property
    def cells_path(self) -> str:
        return f"/journal/api/v1/journals/{self.journal}/cells"

    def fill(self, client: Any, values: dict[tuple[int, int], str]) -> Any:
        body = [{"k": self.key(*place), "v": value, "b": 0} for place, value in values.items()]
        return client.patch(self.cells_path, json=body)


def cell(key: str, value: str, base: int) -> dict[str, Any]:
    return {"k": key, "v": value, "b": base}
