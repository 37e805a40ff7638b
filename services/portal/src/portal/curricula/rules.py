"""Rules of working curricula as pure functions (clause 7 of Order No. 21; State standard: 30 academic hours a credit)."""

from collections.abc import Iterable, Mapping
from typing import Any

HOURS_A_CREDIT = 30
CREDITS_A_YEAR = 60
CONTROLS: dict[str, tuple[str, ...]] = {
    "exam": ("емтихан", "экзамен", "exam"),
    "credit": ("сынақ", "зачет", "credit", "зачёт"),
}

Audience = tuple[Any, str | None, int | None]


def most_hours(credits: int) -> int:
    """Return how many hours credits allow."""
    return credits * HOURS_A_CREDIT


def default_hours(credits: int) -> int:
    """Return the hours of a row that names none: all that its credits give."""
    return most_hours(credits)


def has_one_audience(*, group: str, programme: str, year: str) -> bool:
    """Tell whether a row names either a group, or a programme together with the year of study."""
    return bool(group) != bool(programme and year) and not (group and (programme or year))


def row_for(group: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of a discipline that holds for a group: its own first, else that of its programme and year."""
    found = None
    for row in rows:
        if row["group_id"] == group["id"]:
            return row
        same_year = row["year_of_study"] == group["year_of_study"]
        if row["programme"] and row["programme"] == group["programme"] and same_year:
            found = row
    return found
