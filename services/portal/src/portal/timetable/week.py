"""A week as a page shows it: lessons of one stream together, a grid of days and pairs, the way to neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chassis.clock import ACADEMY
from chassis.i18n import lazy_gettext as _l
from chassis.problems import FieldError, Invalid
from portal.calendar import rules as calendar_rules
from portal.groups.rules import short_name
from portal.timetable import rules

KIND_TITLES = {
    "lecture": _l("Lecture"),
    "seminar": _l("Seminar"),
    "practice": _l("Practical class"),
    "lab": _l("Laboratory class"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One lesson as people see it; a stream's groups stand in one block."""

    day: date
    pair: int
    starts: datetime
    ends: datetime
    kind: str
    title: dict[str, str]
    groups: tuple[str, ...]
    teacher: str
    room: str

    @property
    def kind_title(self) -> Any:
        """The kind of lesson in words."""
        return KIND_TITLES[self.kind]

    @property
    def times(self) -> str:
        """When it is, by the academy's clock: 09:00–10:30."""
        return f"{self.starts.astimezone(ACADEMY):%H:%M}–{self.ends.astimezone(ACADEMY):%H:%M}"

    def is_now(self, now: datetime) -> bool:
        """Tell whether it is being held."""
        return self.starts <= now < self.ends

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has been held."""
        return self.ends <= now


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, which of them and which pairs a page shows, and what stands where."""

    days: tuple[date, ...]
    shown: list[date]
    pairs: list[int]
    blocks: list[Block]
    today: date

    def at(self, day: date, pair: int | None = None) -> list[Block]:
        """Return what is held on a day, or on a day at a pair."""
        return [block for block in self.blocks if block.day == day and pair in {None, block.pair}]

    def times(self, pair: int) -> str:
        """Return when a pair is in this week, as far as a lesson tells."""
        return next((block.times for block in self.blocks if block.pair == pair), "")

    @property
    def before(self) -> date:
        """The Monday of the week before."""
        return self.days[0] - timedelta(days=7)

    @property
    def after(self) -> date:
        """The Monday of the week after."""
        return self.days[0] + timedelta(days=7)


def compose(rows: Sequence[Any], *, day: date, today: date) -> Week:
    """Make a week of the lessons of its days."""
    streams: dict[Any, list[Any]] = {}
    for row in rows:
        streams.setdefault(row.stream, []).append(row)
    blocks = [_block(lessons) for lessons in streams.values()]
    days = calendar_rules.week_of(day)
    slots = [rules.Slot(block.day, block.pair) for block in blocks]
    shown, pairs = rules.grid(days, range(1, calendar_rules.LAST_PAIR + 1), slots)
    return Week(days, shown, pairs, blocks, today)


def chosen_day(text: str, *, today: date) -> date:
    """Read the day of a wanted week from an address.

    Raises:
        Invalid: it is not a date of our times.
    """
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        raise Invalid(errors=[FieldError("/day", str(_l("Write the date as day.month.year")))])
    return day


def _block(lessons: Sequence[Any]) -> Block:
    first = lessons[0]
    return Block(
        day=first.day,
        pair=first.pair,
        starts=first.starts,
        ends=first.ends,
        kind=first.kind,
        title=first.discipline_title,
        groups=tuple(lesson.group_code for lesson in lessons),
        teacher=short_name(first._asdict()) if first.family_name else "",
        room=first.room or "",
    )
