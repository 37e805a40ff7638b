"""What the duty roster makes of cells (ejournal.md, example 19): excused by itself, a typed mark wins, a withdrawn duty goes back.

Pure: duties come as `{(person, day): kind}`, cells as the read model keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ejournal.control.rules_values import DUTY_CODES, Letters
from ejournal.journal.rules import Column
from ejournal.journal.rules_membership import Span, covers


class Place(NamedTuple):
    """A cell: whose, and in which column."""

    person: str
    column: str


class Change(NamedTuple):
    """A cell to write: its former version, and the code of a letter; None takes it back."""

    place: Place
    version: int
    value: str | None


def letter_of(kind: str, letters: Letters) -> str | None:
    """Choose the letter of a kind of duty from the institution's dictionary.

    A letter whose code is the kind's comes first (`guard`), then the letter of duty, then any that excuses. Retired letters are not
    written any more. None when the dictionary excuses nothing.
    """
    usable = [one for one in letters.by_code.values() if one.kind == "excused" and one.typed]
    ranked = sorted(usable, key=lambda one: (one.code != kind, one.code not in DUTY_CODES))
    return ranked[0].code if ranked else None


def excused(
    duties: Mapping[tuple[str, str], str],
    columns: Iterable[Column],
    members: Mapping[str, Sequence[Span]],
) -> dict[Place, str]:
    """Give the kind of duty of every cell that stands on a day of duty: lessons of the timetable on days the learner is a member."""
    lessons = [c for c in columns if c["kind"] == "lesson" and c["in_timetable"]]
    return {
        Place(person, column["id"]): duties[person, column["date"]]
        for column in lessons
        for person, spans in members.items()
        if (person, column["date"]) in duties and covers(spans, column["date"])
    }


def changes(
    wanted: Mapping[Place, str],
    written: Mapping[Place, int],
    cells: Mapping[Place, Sequence[Any]],
    letters: Letters,
) -> list[Change]:
    """Decide what to write.

    Args:
        wanted: kinds of duty by cell, as `excused` gives them.
        written: cells the roster excused before, with the version it wrote.
        cells: what stands: value and version.
        letters: the institution's dictionary.

    Returns:
        Empty cells to excuse, and excused cells whose duty is gone and that nobody wrote over since.
    """
    found = []
    for place, kind in wanted.items():
        value, version = cells.get(place) or (None, 0)
        code = letter_of(kind, letters)
        if value is None and code is not None and place not in written:
            found.append(Change(place, version, code))
    for place, wrote in written.items():
        value, version = cells.get(place) or (None, 0)
        if place not in wanted and version == wrote and value is not None:
            found.append(Change(place, version, None))
    return found
