"""How the journal speaks: columns, refusals and results in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from chassis.i18n import format_date, format_number, gettext, language
from chassis.i18n import lazy_gettext as _l
from ejournal.control.service import RuleBook
from ejournal.fractions import decimal_text
from ejournal.journal.cells import Colleague
from ejournal.journal.rules import Column, Verdict
from ejournal.journal.rules_membership import Outside, Span, last_left

LESSON_KINDS = {
    "lecture": (_l("L|lecture"), _l("lecture")),
    "seminar": (_l("S|seminar"), _l("seminar")),
    "practice": (_l("P|practice"), _l("practical lesson")),
    "lab": (_l("Lab|lab"), _l("laboratory work")),
}
MIDTERMS = {"rk1": _l("MC 1"), "rk2": _l("MC 2")}
MIDTERM_NAMES = {"rk1": _l("First midterm control"), "rk2": _l("Second midterm control")}
REASONS = {
    "not-a-mark": _l("“%(text)s” is not a mark: enter a number from 0 to 100 or a letter of absence."),
    "out-of-range": _l("“%(text)s” is out of range: a mark is from 0 to 100."),
    "too-precise": _l("“%(text)s” has decimals: marks here are whole numbers."),
}
LOCKED = _l("The journal takes no marks now.")
CLOSED = {
    "future": _l("The lesson has not been held yet: its column opens on the day of the lesson."),
    "day-off": _l("This day is a day off: no lesson is held on it."),
    "early": _l("The window of this midterm control has not opened yet."),
    "closed": _l("The window of this column is over. Ask for it to be reopened."),
    "frozen": _l("The rating statement is issued: this mark stands as it is."),
    "dated": _l("You substitute in this journal for other lessons: this column is its teacher's."),
}
AWAY = {
    "left": _l(
        "The learner left on %(day)s (order No. %(order)s): marks from that day on are not taken here."
    ),
    "joined": _l(
        "The learner joined on %(day)s (order No. %(order)s): earlier marks stand in the former journal."
    ),
}
MISSING = _l("There is no such cell in this journal.")
REFUSALS = {
    "rating-too-low": _l("the admission rating is below the threshold"),
    "debt-in-prerequisites": _l("there is a debt in a prerequisite"),
    "coursework-not-passed": _l("the coursework is not passed"),
    "midterm-under-floor": _l("a midterm control is below the minimum"),
    "attendance-under-floor": _l("attendance is below the minimum"),
    "library-debt": _l("books of the library are not returned"),
}
SHOWN_TEXT = 20
PLACES = {"mean": 1, "p1": 2, "p2": 2, "rounded": 0}


def short_title(column: Column) -> str:
    """Name a column in its head: the date, or the midterm control."""
    if column["kind"] != "lesson":
        return str(MIDTERMS[column["kind"]])
    return f"{date.fromisoformat(column['date']):%d.%m}"


def note(column: Column) -> str:
    """Say the kind of the lesson in a letter or two, or the date of the midterm control."""
    if column["kind"] == "lesson":
        return _letter(column["lesson_kind"])
    return f"{date.fromisoformat(column['date']):%d.%m}" if column["date"] else ""


def _letter(kind: str) -> str:
    """Say a letter; its message carries the whole word after a bar, for the translator."""
    return str(LESSON_KINDS[kind][0]).partition("|")[0]


def full_title(column: Column) -> str:
    """Name a column in full: "5 қазан, дәріс" or "First midterm control"."""
    if column["kind"] != "lesson":
        return str(MIDTERM_NAMES[column["kind"]])
    day = format_date(date.fromisoformat(column["date"]), "day")
    return f"{day}, {LESSON_KINDS[column['lesson_kind']][1]}"


def closed(reason: str) -> str:
    """Say why a column takes no marks: nothing when it does."""
    return str(CLOSED.get(reason, LOCKED)) if reason else ""


def away(found: Outside) -> str:
    """Say why a learner has no mark on a day: left, or not there yet."""
    day = format_date(date.fromisoformat(found.day))
    return gettext(AWAY[found.reason].message, day=day, order=found.order)


def movement(spans: Sequence[Span]) -> str:
    """Say in a few words how an order moved a learner: left on a day, or joined on one."""
    if left := last_left(spans):
        return gettext("left on %(day)s", day=f"{date.fromisoformat(left.day):%d.%m.%Y}")
    if spans and spans[-1]["from"]:
        return gettext("joined on %(day)s", day=f"{date.fromisoformat(spans[-1]['from']):%d.%m.%Y}")
    return ""


def number(stored: str | None, places: int) -> str:
    """Write an exact number with at most so many decimals, in the reader's language."""
    return _number(stored, places, language())


@lru_cache(8192)
def _number(stored: str | None, places: int, _language: str) -> str:
    return "" if stored is None else format_number(Decimal(decimal_text(Fraction(stored), places)))


def results(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Say the computed columns of a learner: texts by name, and `low` names those below the threshold."""
    spoken = language()
    told: dict[str, Any] = {
        name: _number(stored.get(name), places, spoken) for name, places in PLACES.items()
    }
    admitted = stored.get("admitted")
    told["admitted"] = "" if admitted is None else gettext("yes") if admitted else gettext("no")
    told["why"] = "; ".join(str(REFUSALS[code]) for code in stored.get("refusals", ()))
    told["low"] = admitted is False
    return told


def cell(verdict: Verdict, colleague: Colleague | None, book: RuleBook, language: str) -> dict[str, Any]:
    """Say what became of a cell, with all a person needs to decide."""
    told: dict[str, Any] = {
        "k": verdict.asked.key,
        "state": "ok" if verdict.state in {"write", "same"} else verdict.state,
        "v": verdict.value,
        "shown": book.letters.show(verdict.value, language),
        "version": verdict.version,
    }
    if told["state"] == "ok":
        return told
    typed = verdict.asked.text[:SHOWN_TEXT]
    told |= {"asked": typed, "detail": _why(verdict, colleague, told["shown"], typed)}
    if colleague is not None:
        told |= {"by": colleague.name, "at": colleague.at.isoformat()}
    return told


def _why(verdict: Verdict, colleague: Colleague | None, stands: str, typed: str) -> str:
    if verdict.state == "invalid":
        return gettext(REASONS[verdict.reason].message, text=typed)
    if verdict.state == "conflict":
        name = colleague.name if colleague and colleague.name else gettext("A colleague")
        empty = gettext("empty")
        return gettext(
            "%(name)s entered %(theirs)s here, you entered %(mine)s.",
            name=name,
            theirs=stands or empty,
            mine=typed or empty,
        )
    if verdict.away:
        return away(verdict.away)
    if verdict.state == "locked":
        return closed(verdict.reason or "journal")
    return str(MISSING)
