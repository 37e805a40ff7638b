"""The editor's form read into what the schemas of content take: fields `title-kk`, `b-0-ru`, dates as dd.mm.yyyy."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from chassis.clock import ACADEMY
from chassis.i18n import normalise
from website.content.rules import LANGUAGES

DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
HOUR = re.compile(r"(\d{1,2}):(\d{2})")
MOST_BLOCKS = 200


def read_content(form: Mapping[str, str]) -> dict[str, Any]:
    """Give what was typed as `ContentIn` takes it; what is no date stays as it was typed and is refused there."""
    return {
        **{name: _texts(form, name) for name in ("title", "summary", "place")},
        "blocks": list(_blocks(form)),
        "starts_on": _iso(form.get("starts_on", "")),
        "ends_on": _iso(form.get("ends_on", "")),
        "international": form.get("international") == "1",
    }


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: tidy(form.get(f"{name}-{language}", "")) for language in LANGUAGES}


def tidy(text: str) -> str:
    """Bring typed text to one form, line by line; look-alike letters are repaired."""
    return "\n".join(normalise(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def _blocks(form: Mapping[str, str]) -> Any:
    for place in range(MOST_BLOCKS):
        if f"b-{place}-kind" not in form:
            return
        keep = [language for language in LANGUAGES if form.get(f"b-{place}-keep-{language}")]
        yield {
            "id": form.get(f"b-{place}-id") or None,
            "kind": form[f"b-{place}-kind"],
            "text": _texts(form, f"b-{place}"),
            "keep": keep,
        }


def _iso(text: str) -> str | None:
    found = DAY.fullmatch(text.strip())
    if found:
        day, month, year = found.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return text.strip() or None


def moment(day: str, hour: str) -> datetime | None:
    """Read a day and an hour of the academy; None when no day was typed.

    Raises:
        ValueError: they are no day or no hour.
    """
    if not day.strip():
        return None
    clock = HOUR.fullmatch(hour.strip() or "00:00")
    if clock is None:
        raise ValueError(hour)
    on = date.fromisoformat(_iso(day) or "")
    return datetime.combine(on, time(int(clock[1]), int(clock[2])), ACADEMY)
