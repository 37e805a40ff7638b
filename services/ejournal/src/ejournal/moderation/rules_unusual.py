"""Entries worth a look: patterns that marks seldom show by themselves. Each finding says why; a person decides what it means.

Pure: changes and rows of one journal come in, findings go out. What is found is a question to the teacher, never a verdict.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

HEAPS = (50, 70, 90)
HEAP_LEAST, HEAP_SHARE = 12, Fraction(2, 5)
CLONE_LEAST = 6
BURST_LEAST, BURST_DAYS, BURST_HOURS = 40, 7, 1
NIGHT_FROM, NIGHT_TO = 23, 6
ABOVE = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a cell: learner, column, values (None when empty), by whom, when in the academy's time, day of the column."""

    person: str
    column: str
    old: int | None
    new: int | None
    by: str
    at: datetime
    day: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unusual: `code` names the pattern, `key` this case of it, `params` fill the sentence that explains it."""

    code: str
    key: str
    params: Mapping[str, Any]


def unusual(
    rows: Mapping[str, Mapping[str, int]], changes: Sequence[Change], thresholds: Sequence[int]
) -> list[Finding]:
    """Find everything unusual in a journal.

    Args:
        rows: numbers by learner and column.
        changes: of its cells, in any order.
        thresholds: marks that decide something (admission, the examination).
    """
    return [
        *heaping([mark for row in rows.values() for mark in row.values()]),
        *clones(rows),
        *bursts(changes),
        *at_night(changes),
        *just_above(changes, thresholds),
    ]


def heaping(marks: Sequence[int]) -> list[Finding]:
    """Find marks that stand on one of the thresholds far more often than between them."""
    if len(marks) < HEAP_LEAST:
        return []
    counts = Counter(marks)
    return [
        Finding("heaping", f"heaping:{heap}", {"mark": heap, "count": counts[heap], "all": len(marks)})
        for heap in HEAPS
        if Fraction(counts[heap], len(marks)) >= HEAP_SHARE
    ]


def clones(rows: Mapping[str, Mapping[str, int]]) -> list[Finding]:
    """Find learners whose marks are the same in every column, six or more of them."""
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for person, marks in sorted(rows.items()):
        if len(marks) >= CLONE_LEAST:
            alike[tuple(sorted(marks.items()))].append(person)
    return [
        Finding("clones", f"clones:{people[0]}", {"people": people, "count": len(marks)})
        for marks, people in alike.items()
        if len(people) > 1
    ]


def bursts(changes: Iterable[Change]) -> list[Finding]:
    """Find an hour in which one person entered forty marks or more of lessons that were a week old and older."""
    late: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.day and change.at.date() - change.day > timedelta(days=BURST_DAYS):
            late[change.by].append(change)
    return [found for by, theirs in sorted(late.items()) if (found := _fullest(by, theirs))]


def _fullest(by: str, changes: list[Change]) -> Finding | None:
    times = sorted(change.at for change in changes)
    first, best = 0, (0, times[0])
    for last, at in enumerate(times):
        while at - times[first] > timedelta(hours=BURST_HOURS):
            first += 1
        best = max(best, (last - first + 1, times[first]), key=lambda found: found[0])
    count, at = best
    if count < BURST_LEAST:
        return None
    return Finding("burst", f"burst:{by}:{at:%Y-%m-%dT%H}", {"by": by, "count": count, "at": at})


def at_night(changes: Iterable[Change]) -> list[Finding]:
    """Find who entered marks between 23:00 and 06:00, night by night."""
    nights: dict[tuple[str, date], int] = Counter()
    for change in changes:
        if change.at.hour >= NIGHT_FROM or change.at.hour < NIGHT_TO:
            nights[change.by, (change.at - timedelta(hours=NIGHT_TO)).date()] += 1
    return [
        Finding("night", f"night:{by}:{night}", {"by": by, "count": count, "day": night})
        for (by, night), count in sorted(nights.items())
    ]


def just_above(changes: Iterable[Change], thresholds: Sequence[int]) -> list[Finding]:
    """Find marks that were raised from below a threshold to it or just above it."""
    found = []
    for change in changes:
        if change.old is None or change.new is None:
            continue
        for threshold in thresholds:
            if change.old < threshold <= change.new < threshold + ABOVE:
                params = {"person": change.person, "column": change.column, "by": change.by, "at": change.at}
                key = f"above:{threshold}:{change.person}:{change.column}"
                found.append(
                    Finding("above", key, params | {"old": change.old, "new": change.new, "mark": threshold})
                )
    return found
