"""Generate the demo academy: the same people, groups and timetable every time, for the term that holds a given day.

Pure: a seed and a day in, plain data out. How it gets into the services is `dev.demo.load`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from dev.demo import words
from dev.demo.words import Title

SEED = 21
GROUP_SIZE = 25
TEACHERS = 40
PAIRS = (1, 2, 3, 4)
WEEKDAYS = (1, 2, 3, 4, 5, 6)
LESSON_KINDS = ("lecture", "seminar", "practice")
PRACTICAL = ("PHY", "LNG")


@dataclass(frozen=True)
class Person:
    """A person of the academy; `number` is the personal number people are imported by."""

    number: str
    family_name: str
    given_name: str
    patronymic: str
    kind: str
    group_code: str = ""
    department_code: str = ""
    language: str = "kk"


@dataclass(frozen=True)
class Term:
    """The term that holds the day the academy was generated for."""

    code: str
    title: Title
    starts: date
    half_ends: date
    ends: date


@dataclass(frozen=True)
class Group:
    """A study group."""

    code: str
    faculty_code: str
    prefix: str
    year_of_study: int
    language: str


@dataclass(frozen=True)
class Assignment:
    """A teacher teaches a discipline to a group in the term."""

    discipline_code: str
    group_code: str
    teacher_number: str
    credits: int
    control: str


@dataclass(frozen=True)
class WeeklyLesson:
    """A lesson of the weekly timetable."""

    assignment: Assignment
    kind: str
    room: str
    weekday: int
    pair: int


@dataclass(frozen=True)
class Academy:
    """Everything the demo needs, in the order it is loaded."""

    term: Term
    groups: tuple[Group, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]
    lessons: tuple[WeeklyLesson, ...]

    def shown(self) -> dict[str, str]:
        """Give the personal numbers behind the demo sign-ins: both teachers of one journal and a cadet of its group."""
        first, second = self.assignments[0], self.assignments[1]
        cadet = self.learners(first.group_code)[0]
        return {"teacher": first.teacher_number, "teacher2": second.teacher_number, "cadet": cadet.number}

    def learners(self, group_code: str) -> list[Person]:
        """List the learners of a group."""
        return [person for person in self.people if person.group_code == group_code]


def term_of(day: date) -> Term:
    """Find the term of a day: autumn from 1 September, spring from 12 January, summer from 1 June.

    Args:
        day: any day.

    Returns:
        The term that holds it; its first half ends with the eighth week.
    """
    year = day.year if day.month >= 9 else day.year - 1
    if day.month >= 9:
        number, starts, ends = 1, date(day.year, 9, 1), date(day.year, 12, 26)
        names = ("күзгі семестр", "осенний семестр", "autumn term")
    elif day < date(day.year, 6, 1):
        number, starts, ends = 2, date(day.year, 1, 12), date(day.year, 5, 30)
        names = ("көктемгі семестр", "весенний семестр", "spring term")
    else:
        number, starts, ends = 3, date(day.year, 6, 1), date(day.year, 8, 29)
        names = ("жазғы семестр", "летний семестр", "summer term")
    half_ends = starts - timedelta(days=starts.weekday()) + timedelta(weeks=8, days=-1)
    years = f"{year}–{year + 1}"
    title = Title(f"{years} оқу жылы, {names[0]}", f"{years} учебный год, {names[1]}", f"{years}, {names[2]}")
    return Term(f"{year}-{number}", title, starts, half_ends, ends)


def generate(day: date) -> Academy:
    """Generate the academy for the term that holds `day`."""
    chance = random.Random(SEED)  # noqa: S311 - believable, not secret
    groups = tuple(_groups(day))
    teachers = tuple(_teachers(chance))
    learners = tuple(person for group in groups for person in _learners(chance, group))
    assignments = tuple(_assignments(groups, teachers))
    lessons = tuple(_timetable(chance, groups, assignments))
    return Academy(term_of(day), groups, teachers + learners, assignments, lessons)


def _groups(day: date) -> Iterator[Group]:
    first_year = day.year if day.month >= 9 else day.year - 1
    for faculty_code, prefix, _title in words.FACULTIES:
        for year_of_study in (1, 2, 3, 4):
            admitted = (first_year - year_of_study + 1) % 100
            language = "ru" if (prefix, year_of_study) in {("КИБ", 2), ("КР", 3)} else "kk"
            yield Group(f"{prefix}-{admitted}-1", faculty_code, prefix, year_of_study, language)


def _name(chance: random.Random) -> tuple[str, str, str]:
    woman = chance.random() < 0.3
    family = chance.choice(words.FAMILY_NAMES)[woman]
    father = chance.choice(words.FATHERS)
    return family, chance.choice(words.WOMEN if woman else words.MEN), father + ("қызы" if woman else "ұлы")


def _teachers(chance: random.Random) -> Iterator[Person]:
    for position in range(TEACHERS):
        department = words.DEPARTMENTS[position % len(words.DEPARTMENTS)][0]
        family, given, patronymic = _name(chance)
        yield Person(f"T{position + 1:04d}", family, given, patronymic, "teacher", department_code=department)


def _learners(chance: random.Random, group: Group) -> Iterator[Person]:
    for position in range(GROUP_SIZE):
        family, given, patronymic = _name(chance)
        number = f"{group.faculty_code}{group.code.split('-')[1]}{position + 1:02d}"
        yield Person(
            number,
            family,
            given,
            patronymic,
            "learner",
            group_code=group.code,
            department_code=group.faculty_code,
            language=group.language,
        )


def _assignments(groups: tuple[Group, ...], teachers: tuple[Person, ...]) -> Iterator[Assignment]:
    """Share the disciplines out among the teachers of their departments, in turn."""
    of_department: dict[str, list[str]] = {}
    for teacher in teachers:
        of_department.setdefault(teacher.department_code, []).append(teacher.number)
    turns = dict.fromkeys(of_department, 0)
    disciplines = {code: (department, worth) for code, department, worth, _title in words.DISCIPLINES}
    for group in groups:
        for code in words.CURRICULUM[group.prefix, group.year_of_study]:
            department, worth = disciplines[code]
            staff = of_department[department]
            number = staff[turns[department] % len(staff)]
            turns[department] += 1
            yield Assignment(code, group.code, number, worth, "exam" if worth > 2 else "credit")
            if group is groups[0] and code == words.CURRICULUM[group.prefix, group.year_of_study][0]:
                # The first journal has a second teacher, so that the demo shows two people in one cell.
                yield Assignment(code, group.code, staff[turns[department] % len(staff)], worth, "exam")
                turns[department] += 1


@dataclass
class _Grid:
    """Who and what is taken in the week."""

    taken: set[tuple[str, int, int]] = field(default_factory=set)

    def free(self, weekday: int, pair: int, *names: str) -> bool:
        return all((name, weekday, pair) not in self.taken for name in names)

    def take(self, weekday: int, pair: int, *names: str) -> None:
        self.taken |= {(name, weekday, pair) for name in names}


def _timetable(
    chance: random.Random, groups: tuple[Group, ...], assignments: tuple[Assignment, ...]
) -> Iterator[WeeklyLesson]:
    """Place two lessons a week of each assignment where group, teacher and a room are free."""
    grid = _Grid()
    for group in groups:
        of_group = [assignment for assignment in assignments if assignment.group_code == group.code]
        own = list({assignment.discipline_code: assignment for assignment in reversed(of_group)}.values())
        for round_ in (0, 1):
            for position, assignment in enumerate(own):
                kind = "lecture" if round_ == 0 else LESSON_KINDS[1 + position % 2]
                if assignment.discipline_code.startswith(PRACTICAL):
                    kind = "practice"
                yield _place(chance, grid, assignment, kind)


def _place(chance: random.Random, grid: _Grid, assignment: Assignment, kind: str) -> WeeklyLesson:
    slots = [(weekday, pair) for pair in PAIRS for weekday in WEEKDAYS]
    rooms = list(words.ROOMS)
    chance.shuffle(rooms)
    for weekday, pair in slots:
        if not grid.free(weekday, pair, assignment.group_code, assignment.teacher_number):
            continue
        room = next((room for room in rooms if grid.free(weekday, pair, room)), None)
        if room:
            grid.take(weekday, pair, assignment.group_code, assignment.teacher_number, room)
            return WeeklyLesson(assignment, kind, room, weekday, pair)
    raise LookupError(f"no slot for {assignment}")
