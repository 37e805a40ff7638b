"""The timetable as pure functions (clause 6.2 of Order No. 21): patterns of weeks, expansion to dates, double bookings.

A line of the sheet is weekly ("Monday, pair 2, odd weeks"); the product keeps dated lessons. `expand` is the only way from one
to the other. A lecture read to several groups at once is a *stream*: same teacher, room, discipline, kind and moment; its
lessons share `stream_of`, and only lessons of different streams collide by teacher or room. A group is never in two places.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from portal.calendar import rules as calendar

Parity = Literal["all", "odd", "even"]

KINDS = ("lecture", "seminar", "practice", "lab")
SPACE = UUID("5b0c8f52-7c1e-4f0e-9d43-6a1f0a6a1d11")

_WORDS: tuple[tuple[Parity, tuple[str, ...]], ...] = (
    ("all", ("all", "барлығы", "барлық апта", "барлық апталар", "все", "все недели", "")),
    ("odd", ("odd", "тақ", "тақ апта", "тақ апталар", "нечетные", "нечётные", "нечетная", "нечётная")),
    ("even", ("even", "жұп", "жұп апта", "жұп апталар", "четные", "чётные", "четная", "чётная")),
)
PARITY_WORDS: dict[str, Parity] = {word: parity for parity, words in _WORDS for word in words}
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "1": ("дүйсенбі", "понедельник", "Monday", "1", "дс", "пн", "mon"),
    "2": ("сейсенбі", "вторник", "Tuesday", "2", "сс", "вт", "tue"),
    "3": ("сәрсенбі", "среда", "Wednesday", "3", "ср", "wed"),
    "4": ("бейсенбі", "четверг", "Thursday", "4", "бс", "чт", "thu"),
    "5": ("жұма", "пятница", "Friday", "5", "жм", "пт", "fri"),
    "6": ("сенбі", "суббота", "Saturday", "6", "сн", "сб", "sat"),
    "7": ("жексенбі", "воскресенье", "Sunday", "7", "жс", "вс", "sun"),
}
KIND_WORDS: dict[str, tuple[str, ...]] = {
    "lecture": ("дәріс", "лекция", "lecture"),
    "seminar": ("семинар", "семинар", "seminar"),
    "practice": ("практикалық сабақ", "практическое занятие", "practice", "практика"),
    "lab": ("зертханалық сабақ", "лабораторное занятие", "lab", "зертханалық", "лабораторная"),
}


@dataclass(frozen=True, slots=True)
class Weeks:
    """In which weeks of its period a weekly lesson is held: a parity, or listed numbers."""

    parity: Parity = "all"
    numbers: frozenset[int] = frozenset()

    def has(self, number: int) -> bool:
        """Tell whether the pattern holds in a week."""
        if self.numbers:
            return number in self.numbers
        return self.parity == "all" or (number % 2 == 1) == (self.parity == "odd")


def parse_weeks(text: str) -> Weeks | None:
    """Read a pattern: all, odd, even in three languages, or a list like `1-8, 10, 12`; None when it is neither."""
    words = " ".join(text.casefold().split())
    if (parity := PARITY_WORDS.get(words)) is not None:
        return Weeks(parity)
    numbers: set[int] = set()
    for part in re.split(r"\s*[,;]\s*", words):
        found = re.fullmatch(r"([0-9]{1,2})(?:\s*[-\u2013]\s*([0-9]{1,2}))?", part)
        if not found:
            return None
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last:
            return None
        numbers |= set(range(first, last + 1))
    return Weeks(numbers=frozenset(numbers))


def expand(
    term: calendar.Term, weekday: int, weeks: Weeks, days_off: Collection[date] = frozenset()
) -> list[date]:
    """Return the dates of a weekly lesson: its weekday in its weeks inside the period, without holidays and days off."""
    return [
        day
        for day in calendar.days_on(term, weekday)
        if weeks.has(calendar.week_number(term, day)) and not calendar.is_holiday(day) and day not in days_off
    ]


@dataclass(frozen=True, slots=True)
class Booking:
    """A dated lesson and what it takes. `line` is its row in the sheet, 0 for a lesson that is already kept."""

    line: int
    assignment_id: UUID
    discipline_id: UUID
    group_id: UUID
    day: date
    pair: int
    kind: str
    teacher_id: UUID | None
    room: str | None

    @property
    def id(self) -> UUID:
        """The lesson's identity: an assignment has one lesson at a moment, so a second import finds the same one."""
        return uuid5(SPACE, f"{self.assignment_id}/{self.day.isoformat()}/{self.pair}")

    @property
    def stream(self) -> UUID:
        """What lessons of one lecture for several groups share; any other lesson is a stream of its own."""
        if self.kind != "lecture" or self.teacher_id is None:
            return self.id
        moment = f"{self.day.isoformat()}/{self.pair}"
        return uuid5(SPACE, f"{self.teacher_id}/{self.room or ''}/{self.discipline_id}/{moment}")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two lessons want one teacher, room or group at one moment; `booking` is the newcomer."""

    resource: Literal["teacher", "room", "group"]
    booking: Booking
    other: Booking


def clashes(newcomers: Sequence[Booking], kept: Iterable[Booking]) -> list[Clash]:
    """Return the double bookings of newcomers among themselves and with kept lessons.

    A newcomer meets every lesson before it in the sheet; each pair of lines is named once per resource, at its first date.
    """
    taken: dict[tuple[str, object, date, int], list[Booking]] = defaultdict(list)
    for booking in kept:
        for key in _resources(booking):
            taken[key].append(booking)
    found: dict[tuple[str, int, UUID, int], Clash] = {}
    for booking in sorted(newcomers, key=lambda one: (one.day, one.pair, one.line)):
        for key in _resources(booking):
            for other in taken[key]:
                if _collide(key[0], booking, other):
                    clash = _name(key[0], booking, other)
                    ours, theirs = clash.booking, clash.other
                    found.setdefault((key[0], ours.line, theirs.assignment_id, theirs.line), clash)
            taken[key].append(booking)
    return list(found.values())


def _name(resource: str, booking: Booking, other: Booking) -> Clash:
    """Blame the later line of the sheet, and never a lesson that is already kept."""
    late, early = (booking, other) if booking.line >= other.line else (other, booking)
    return Clash(resource, late, early)  # type: ignore[arg-type]


def _resources(booking: Booking) -> Iterable[tuple[str, object, date, int]]:
    wanted = (("teacher", booking.teacher_id), ("room", booking.room), ("group", booking.group_id))
    return [(name, value, booking.day, booking.pair) for name, value in wanted if value]


def _collide(resource: str, booking: Booking, other: Booking) -> bool:
    return resource == "group" or booking.stream != other.stream


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of a week on paper: where a lesson stands."""

    day: date
    pair: int


def grid(days: Sequence[date], pairs: Sequence[int], taken: Iterable[Slot]) -> tuple[list[date], list[int]]:
    """Return the days and pairs a week needs on a page: Monday to Friday at least, Saturday, Sunday and late pairs if taken."""
    slots = list(taken)
    last_day = max([slot.day for slot in slots], default=days[4])
    last_pair = max([slot.pair for slot in slots], default=0)
    shown = [day for day in days if day <= max(last_day, days[4])]
    return shown, [pair for pair in pairs if pair <= max(last_pair, min(3, len(pairs)))]
