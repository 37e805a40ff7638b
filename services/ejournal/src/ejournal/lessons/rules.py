"""Rules of lessons: what has become of each, and hours held against hours planned (clauses 4.7, 11, 12 of Order No. 21).

Pure: lessons come as they stand, the day is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

KINDS = ("lecture", "seminar", "practice", "lab")
# A lesson of the timetable is a pair: two academic hours, as working curricula and timetables of the country count them.
HOURS_A_LESSON = 2
# Of what closes a column to marks, only the future leaves topic and homework open: lessons are prepared ahead.
PREPARED = frozenset({"", "future"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """A dated lesson: its kind and day, whether the timetable still has it, whether anything was entered in it."""

    kind: str
    day: date
    in_timetable: bool = True
    marked: bool = False
    topic: str = ""
    day_off: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """Academic hours of a kind of lesson: planned by the timetable, held, and past without an entry."""

    kind: str
    planned: int = 0
    held: int = 0
    missing: int = 0


def may_be_written(closed: str) -> bool:
    """Tell whether topic and homework may be written, given why the lesson's column takes no marks (empty: it does)."""
    return closed in PREPARED


def state(lesson: Lesson, today: date) -> str:
    """Say what has become of a lesson.

    A lesson was held when its day has come and it has a topic, a mark or a letter of absence. A topic alone says nothing of a
    lesson that has left the timetable.

    Returns:
        `held`, `removed` (no longer in the timetable), `day-off`, `ahead`, `today`, or `missing` (past, and nothing entered).
    """
    entered = lesson.marked or (bool(lesson.topic) and lesson.in_timetable)
    if entered and lesson.day <= today:
        return "held"
    if not lesson.in_timetable:
        return "removed"
    if lesson.day_off:
        return "day-off"
    if lesson.day < today:
        return "missing"
    return "today" if lesson.day == today else "ahead"


def hours(lessons: Iterable[Lesson], today: date) -> list[Hours]:
    """Add up the hours of each kind that occurs, in the order of `KINDS`."""
    counts = {kind: [0, 0, 0] for kind in KINDS}
    seen = set()
    for lesson in lessons:
        found, line = state(lesson, today), counts[lesson.kind]
        seen.add(lesson.kind)
        line[0] += lesson.in_timetable
        line[1] += found == "held"
        line[2] += found == "missing"
    return [Hours(kind, *(HOURS_A_LESSON * n for n in counts[kind])) for kind in KINDS if kind in seen]


def total(lines: Sequence[Hours]) -> Hours:
    """Add up hours of all kinds."""
    return Hours(
        "",
        sum(line.planned for line in lines),
        sum(line.held for line in lines),
        sum(line.missing for line in lines),
    )


def percent(held: int, missing: int) -> int | None:
    """Give how much of what had to be held was held, as a whole percentage rounded half up; None when nothing had to be."""
    due = held + missing
    return (200 * held + due) // (2 * due) if due else None
