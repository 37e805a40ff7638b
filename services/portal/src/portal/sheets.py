"""What the portal's sheets share: a plan of what a sheet would do, and why its rows are refused, in words.

Each capability turns good cells into a `Plan` (service.plan_…) and writes a plan (service.apply_…). Faults are kept as codes and
parameters, so that every reader sees them in the own language.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from chassis import sheets
from chassis.i18n import format_date, localized
from chassis.i18n import gettext as _

Action = Literal["added", "changed", "same"]
Rows = Sequence[tuple[int, sheets.Row]]


@dataclass(frozen=True, slots=True)
class Line:
    """A good row: its number in the sheet, what it would do, and the values it would write."""

    row: int
    action: Action
    values: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What a sheet would do: lines to write, faults to name."""

    lines: list[Line] = field(default_factory=list)
    faults: list[sheets.Fault] = field(default_factory=list)

    def refuse(self, row: int, name: str, column: str, code: str, **params: Any) -> None:
        """Name a row that cannot be taken."""
        self.faults.append(sheets.Fault(row, name, column, code, params))

    def take(self, row: int, before: Mapping[str, Any] | None, values: dict[str, Any]) -> None:
        """Keep a good row; whether it adds, changes or repeats follows from what stands now."""
        self.lines.append(Line(row, action_of(before, values), values))

    @property
    def counts(self) -> Counter[str]:
        """How many lines add, change or repeat."""
        return Counter(line.action for line in self.lines)


def action_of(before: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Action:
    """Tell what writing values over a row that stands (or does not) would do."""
    if before is None:
        return "added"
    return "same" if all(before[key] == value for key, value in values.items()) else "changed"


def whole(least: int, most: int) -> Callable[[str], str | None]:
    """Make the check of a cell that holds a whole number; other scripts' digits are refused."""

    def check(text: str) -> str | None:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            return "not-a-number"
        return None if least <= int(text) <= most else "out-of-range"

    return check


def code_form(text: str) -> str | None:
    """Check a code: up to 32 letters, digits, spaces, hyphens, dots and slashes, beginning with a letter or a digit."""
    return None if re.fullmatch(r"\w[\w ./-]{0,31}", text) else "bad-code"


def plain_day(text: str) -> str | None:
    """Check a date as people write it, 23.11.2026."""
    try:
        datetime.strptime(text, "%d.%m.%Y")  # noqa: DTZ007 — a date of the academy
    except ValueError:
        return "not-a-day"
    return None


def titles(row: sheets.Row) -> dict[str, str]:
    """Gather the title of a row in languages; English is optional."""
    return {
        language: row[f"title_{language}"] for language in ("kk", "ru", "en") if row.get(f"title_{language}")
    }


def title_columns(what: Mapping[str, str]) -> tuple[sheets.Column, ...]:
    """Make the three columns of a title: Kazakh and Russian are obligatory (clause 25 of Order No. 21)."""
    tails = {
        "kk": {"kk": "қазақша", "ru": "на казахском", "en": "in Kazakh"},
        "ru": {"kk": "орысша", "ru": "на русском", "en": "in Russian"},
        "en": {"kk": "ағылшынша", "ru": "на английском", "en": "in English"},
    }
    return tuple(
        sheets.Column(
            f"title_{language}",
            {reader: f"{what[reader]} {tail}" for reader, tail in tail_by_reader.items()},
            required=language != "en",
        )
        for language, tail_by_reader in tails.items()
    )


def _words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Word the day and the discipline of a double booking for the reader."""
    day = format_date(date.fromisoformat(params["day"]))
    return {**params, "day": day, "discipline": localized(params["discipline"])}


REASONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    **sheets.REASONS,
    "not-a-number": lambda p: _("“%(value)s” is not a whole number", value=p["value"]),
    "out-of-range": lambda p: _("The number %(value)s is outside the permitted range", value=p["value"]),
    "not-a-day": lambda p: _("“%(value)s” is not a date: write day.month.year", value=p["value"]),
    "not-a-learner": lambda p: _("%(person)s does not learn in any group", person=p["person"]),
    "other-duty": lambda p: _(
        "%(person)s is on another duty on %(day)s",
        person=p["person"],
        day=format_date(date.fromisoformat(p["day"])),
    ),
    "bad-code": lambda p: _("“%(value)s” cannot be a code: letters, digits and . / - only", value=p["value"]),
    "repeated-line": lambda p: _("The same line already stands in row %(other)s", other=p["other"]),
    "unknown-faculty": lambda p: _("There is no faculty with the code “%(value)s”", value=p["value"]),
    "unknown-department": lambda p: _("There is no department with the code “%(value)s”", value=p["value"]),
    "unknown-group": lambda p: _(
        "There is no group with the code “%(value)s”: import groups first", value=p["value"]
    ),
    "unknown-discipline": lambda p: _(
        "There is no discipline with the code “%(value)s”: import disciplines first", value=p["value"]
    ),
    "unknown-period": lambda p: _(
        "The calendar has no period “%(value)s”: add it to the academic calendar first", value=p["value"]
    ),
    "unknown-person": lambda p: _("Nobody has the personal number “%(value)s”", value=p["value"]),
    "not-a-teacher": lambda p: _(
        "%(person)s (%(value)s) is not a teacher", person=p["person"], value=p["value"]
    ),
    "person-left": lambda p: _(
        "%(person)s (%(value)s) no longer works at the academy", person=p["person"], value=p["value"]
    ),
    "one-audience": lambda _p: _("Name either a group, or a programme together with the year of study"),
    "hours-over": lambda p: _(
        "%(hours)s hours are more than %(credits)s credits allow: %(most)s, 30 hours a credit",
        hours=p["hours"],
        credits=p["credits"],
        most=p["most"],
    ),
    "no-curriculum-row": lambda p: _(
        "The working curriculum of the group %(group)s has no such discipline in this period",
        group=p["group"],
    ),
    "not-assigned": lambda p: _(
        "This discipline is not assigned to the group %(group)s in this period: import teaching assignments first",
        group=p["group"],
    ),
    "teacher-not-assigned": lambda p: _(
        "%(person)s does not teach this discipline in this group", person=p["person"]
    ),
    "bad-weeks": lambda p: _(
        "“%(value)s” is not a pattern of weeks: all, odd, even, or a list like 1-8, 10", value=p["value"]
    ),
    "no-lessons": lambda _p: _("No lesson falls into the period: all these days are outside it or days off"),
    "no-bell": lambda p: _("The bells of the period know no pair %(value)s", value=p["value"]),
    "busy-teacher": lambda p: _(
        "The teacher %(what)s is already busy on %(day)s, pair %(pair)s: %(discipline)s, group %(group)s",
        **_words(p),
    ),
    "busy-room": lambda p: _(
        "The room %(what)s is already taken on %(day)s, pair %(pair)s: %(discipline)s, group %(group)s",
        **_words(p),
    ),
    "busy-group": lambda p: _(
        "The group %(what)s already has a lesson on %(day)s, pair %(pair)s: %(discipline)s",
        **_words(p),
    ),
}


def say(fault: sheets.Fault) -> str:
    """Word a fault in the language of the request."""
    return sheets.say(fault, REASONS)
