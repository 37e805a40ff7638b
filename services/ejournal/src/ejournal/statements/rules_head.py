"""The head of a statement: what is frozen of the academy, the group, the discipline and the examination when it is issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

INSTITUTION = {
    "kk": "Қазақстан Республикасы Ішкі істер министрлігінің академиясы",
    "ru": "Академия Министерства внутренних дел Республики Казахстан",
    "en": "Academy of the Ministry of Internal Affairs of the Republic of Kazakhstan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the registrar says about a statement: the day, the hour and the room of the examination."""

    day: date | None = None
    time: str = ""
    room: str = ""


def head(journal: Mapping[str, Any], teachers: Sequence[str], details: Details) -> dict[str, Any]:
    """Put together what stands above the rows; nothing of it changes any more.

    Args:
        journal: the journal with its group, discipline and period, as `issuing` reads it.
        teachers: short names of the journal's teachers, who are its examiners.
        details: of the registrar.
    """
    return {
        "institution": INSTITUTION,
        "faculty": journal["faculty_code"] or "",
        "course": journal["year_of_study"],
        "group": journal["group"] or "",
        "group_title": journal["group_title"] or {},
        "period": journal["period"] or {},
        "discipline": journal["discipline"] or {},
        "discipline_code": journal["discipline_code"] or "",
        "credits": f"{journal['credits'].normalize():f}",
        "control": journal["control"],
        "teachers": list(teachers),
        "date": details.day.isoformat() if details.day else None,
        "time": details.time,
        "room": details.room,
    }
