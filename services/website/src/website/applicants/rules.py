"""Rules of the applicant's path: which step is done, which one is now."""

from collections.abc import Sequence
from datetime import date

TOWARDS = (
    "қаңтарға", "ақпанға", "наурызға", "сәуірге", "мамырға", "маусымға",
    "шілдеге", "тамызға", "қыркүйекке", "қазанға", "қарашаға", "желтоқсанға",
)  # fmt: skip
"""Kazakh months in the dative, as `дейін` (until) asks."""

Span = tuple[date | None, date | None]


def places(spans: Sequence[Span], today: date) -> list[str]:
    """Tell of each step whether it is over, under way or to come; between two steps the next one is "now".

    Args:
        spans: first and last day of the steps, in order.
        today: the day.

    Returns:
        `done`, `now` or an empty word per step; at most one `now`.
    """
    found = []
    reached = False
    for starts, ends in spans:
        last = ends or starts
        if last is not None and last < today:
            found.append("done")
        elif not reached:
            found.append("now")
            reached = True
        else:
            found.append("")
    return found


def kazakh_until(day: date) -> str:
    """Say a day as it stands before `дейін`: "15 ақпанға"."""
    return f"{day.day} {TOWARDS[day.month - 1]}"
