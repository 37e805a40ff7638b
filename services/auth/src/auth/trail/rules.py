"""What is searched for in the audit, and how two states of a thing differ."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

MOST_WORDS = 5
PART = 50
"""Seals in one file for the verifier: at most 50,000 rows."""


class Difference(NamedTuple):
    """One field before and after; `changed` when the two are not the same."""

    field: str
    before: Any
    after: Any
    changed: bool


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """Lay two states side by side, field by field, in the order they were written; what is on one side only is None on the other."""
    was, is_ = dict(before or {}), dict(after or {})
    return [
        Difference(name, was.get(name), is_.get(name), was.get(name) != is_.get(name))
        for name in dict.fromkeys([*was, *is_])
    ]


def text_query(text: str) -> str:
    """Write what was typed as a text search of PostgreSQL: every word, also the beginning of a longer one; "" for nothing to find."""
    words = [
        word for word in text.replace("\\", " ").replace("'", " ").split() if any(map(str.isalnum, word))
    ]
    return " & ".join(f"'{word}':*" for word in words[:MOST_WORDS])


def bounds(since: date | None, until: date | None, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Give the moments a range of the academy's days begins and ends at, its last day counted."""

    def begin(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    return begin(since) if since else None, begin(until + timedelta(days=1)) if until else None


def ids_in(values: Iterable[Any]) -> set[str]:
    """Collect the texts in states that look like ids, however deep they lie."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, Mapping):
            found |= ids_in(value.values())
        elif isinstance(value, list):
            found |= ids_in(value)
        elif isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
            found.add(value)
    return found


def parts(last: int) -> list[tuple[int, int]]:
    """Cut seals 1 to `last` into the files they are taken away in, the newest first."""
    return [(first, min(first + PART - 1, last)) for first in range(1, last + 1, PART)][::-1]
