"""Fill the site of the demo academy: content in `website_*.toml`, dates counted from the day of loading."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import ACADEMY
from website.content.model import Item
from website.content.service import create_item, publish

DEMO = UUID(int=21)
FILES = ("website_content.toml", "website_law.toml", "website_news.toml")
LANGUAGES = ("kk", "ru", "en")
YEARS_SHOWN = 6
OFFICIAL = {"kk": "kaz", "ru": "rus", "en": "eng"}


def load_demo(session: Session, now: datetime) -> None:
    """Load the demo content; what is there already stays as it is.

    Args:
        session: unit of work of the website.
        now: moment of loading; dates of events, steps and quarters are counted from it.
    """
    day = now.astimezone(ACADEMY).date()
    known = set(session.scalars(select(Item.id)))
    for entry in entries():
        item_id = uuid5(DEMO, entry["code"])
        if item_id not in known:
            _load(session, entry, id=item_id, now=now, day=day)


def entries() -> Iterator[dict[str, Any]]:
    """Read all entries of the content files."""
    for name in FILES:
        yield from tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))["item"]


def _load(session: Session, entry: Mapping[str, Any], *, id: UUID, now: datetime, day: date) -> None:
    at = now - timedelta(days=entry.get("ago", 120))
    item = create_item(
        session,
        id=id,
        section=entry["section"],
        kind=entry["kind"],
        content=content_of(entry, day),
        facts=facts_of(entry, day),
        position=entry.get("position", 0),
        by=DEMO,
        now=at,
    )
    publish(session, item_id=item.id, version=item.version, publish_at=at, by=DEMO, now=at)


def content_of(entry: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Give the texts, blocks and dates of an entry as the editor's form would."""
    quarter = last_quarter(day)
    words = {"year": str(quarter.year), "quarter": str((quarter.month - 1) // 3 + 1)}
    said = {
        language: [_fill(text, words) for text in entry[language]]
        for language in LANGUAGES
        if language in entry
    }
    starts, ends = span_of(entry, day)
    return {
        "title": {language: texts[0] for language, texts in said.items()},
        "summary": {language: texts[1] for language, texts in said.items() if texts[1]},
        "blocks": [
            {
                "kind": block.get("kind", "paragraph"),
                "text": {language: block[language] for language in LANGUAGES if language in block},
            }
            for block in entry.get("block", ())
        ],
        "starts_on": starts,
        "ends_on": ends,
        "international": entry.get("international", False),
        "place": entry.get("place", {}),
    }


def _fill(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text


def span_of(entry: Mapping[str, Any], day: date) -> tuple[date | None, date | None]:
    """Give first and last day: steps by the year of admission, events by days from the day of loading."""
    if "starts" in entry:
        year = day.year + (day.month >= 9)
        first, last = ((year + parts[0], *parts[1:]) for parts in (entry["starts"], entry["ends"]))
        return date(*first), date(*last)
    if "in_days" in entry:
        first_day = day + timedelta(days=entry["in_days"])
        return first_day, first_day + timedelta(days=entry["days"] - 1)
    return None, None


def last_quarter(day: date) -> date:
    """Give the last day of the quarter that ended before a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def facts_of(entry: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Give the language-neutral figures of an entry."""
    facts: dict[str, Any] = dict(entry.get("facts", {}))
    if "adilet" in entry:
        base = "https://adilet.zan.kz/{}/docs/" + entry["adilet"]
        facts["url"] = {language: base.format(folder) for language, folder in OFFICIAL.items()}
        facts |= {"number": entry["number"], "date": entry["adopted"].isoformat()}
    if "who" in entry:
        facts["who"] = entry["who"]
        facts["asked_on"] = (day - timedelta(days=entry["asked"])).isoformat()
        facts["answered_on"] = (day - timedelta(days=entry["answered"])).isoformat()
    if "kpi" in entry:
        facts |= _release(entry, day)
    return facts


def _release(entry: Mapping[str, Any], day: date) -> dict[str, Any]:
    quarter = last_quarter(day)
    months = quarter.year * 12 + quarter.month + 3
    next_by = date(months // 12, months % 12 + 1, 10)
    labels = [str(quarter.year - YEARS_SHOWN + 1 + place) for place in range(YEARS_SHOWN)]
    return {
        "as_of": quarter.isoformat(),
        "next_by": next_by.isoformat(),
        "kpis": entry["kpi"],
        "chart": {**entry["chart"], "labels": labels},
    }
