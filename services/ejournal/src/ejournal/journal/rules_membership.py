"""Who stands in a journal on which day (movement orders), and which marks count there.

Pure. A learner whom no order moved stands in the group's journals as its list says: no spans. An order gives spans: first day, the day
after the last, and the orders that say so. Marks of lessons on other days stay where they were entered and do not count; those of the
same discipline and period in a former group's journal go along (rules 2-4 of ejournal.md hold for the learner, not for the group).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

Span = Mapping[str, Any]
"""`from`, `to` (ISO days; `to` is the first day outside; None: open), `came` and `went` (order numbers or None)."""


class Outside(NamedTuple):
    """Why a learner has no mark on a day: `left` or `joined`, since which day, by which order."""

    reason: str
    day: str
    order: str


def spans_of(placements: Sequence[Mapping[str, Any]], group: str) -> list[dict[str, Any]]:
    """Give the days a learner stands in a group.

    Args:
        placements: in order of days: `group_id` (None: in no group), `starts` (ISO day, None for the first), `order_number`.
        group: the id of the group.
    """
    found: list[dict[str, Any]] = []
    after = [*placements[1:], None]
    for one, following in zip(placements, after, strict=True):
        if one["group_id"] != group:
            continue
        found.append(
            {
                "from": one["starts"],
                "to": following["starts"] if following else None,
                "came": one["order_number"],
                "went": following["order_number"] if following else None,
            }
        )
    return found


def covers(spans: Sequence[Span], day: str) -> bool:
    """Tell whether a learner stands in the journal on a day."""
    if not spans:
        return True
    return any((s["from"] is None or s["from"] <= day) and (s["to"] is None or day < s["to"]) for s in spans)


def outside(spans: Sequence[Span], day: str | None) -> Outside | None:
    """Say why a learner has no mark on a day; None when there may be one, also while the day is not known."""
    if day is None or covers(spans, day):
        return None
    left = [s for s in spans if s["to"] is not None and s["to"] <= day]
    if left:
        return Outside("left", left[-1]["to"], left[-1]["went"] or "")
    return Outside("joined", spans[0]["from"], spans[0]["came"] or "")


def last_left(spans: Sequence[Span]) -> Outside | None:
    """Say since when a learner is out of the journal for good; None while the last span is open."""
    if not spans or spans[-1]["to"] is None:
        return None
    return Outside("left", spans[-1]["to"], spans[-1]["went"] or "")


def overlaps(spans: Sequence[Span], starts: date | None, ends: date | None) -> bool:
    """Tell whether a learner stands in the group on any day of a period; an unknown period counts as now."""
    if starts is None or ends is None:
        return bool(spans)
    first, last = starts.isoformat(), ends.isoformat()
    return any(
        (s["from"] is None or s["from"] <= last) and (s["to"] is None or s["to"] > first) for s in spans
    )


def on_list(spans: Sequence[Span], starts: date | None, ends: date | None, today: date) -> bool:
    """Tell whether a moved learner is on the journal's list: today, or on the nearest day of its period."""
    day = min(max(today, starts), ends) if starts and ends else today
    return bool(spans) and covers(spans, day.isoformat())


def standing(
    cells: Mapping[str, Any], columns: Sequence[Any], spans: Sequence[Span], carried: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """Give the cells and columns a learner's results follow from: own days alone, and what came along."""
    own = columns
    if spans:
        own = [c for c in columns if c["kind"] != "lesson" or covers(spans, c["date"])]
    if not carried:
        return cells, own
    return {**carried["cells"], **cells}, [*carried["columns"], *own]


def carry(
    cells: Mapping[str, Any], columns: Iterable[Any], spans: Sequence[Span]
) -> tuple[dict[str, Any], list[Any]]:
    """Give what goes along from a former journal: marked lessons of the learner's days there, and midterm controls taken."""
    taken = [
        column
        for column in columns
        if (cells.get(column["id"]) or (None,))[0] is not None
        and (column["kind"] != "lesson" or covers(spans, column["date"]))
    ]
    return {column["id"]: cells[column["id"]] for column in taken}, taken
