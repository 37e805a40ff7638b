"""What the home page gathers: four selects, whatever it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from website.content.model import Item
from website.content.reading import cards, list_news, list_section

NEWS, EVENTS = 3, 3


@dataclass(frozen=True)
class Home:
    """The parts of the home page."""

    news: Sequence[AnyRow]
    events: Sequence[AnyRow]
    steps: Sequence[AnyRow]
    newest: dict[str, AnyRow]


@cache
def _coming() -> Select[Any]:
    international = cards().where(
        Item.section == "schedule", Item.international, Item.starts_on >= bindparam("today", type_=Date)
    )
    return international.order_by(Item.starts_on).limit(EVENTS)


@cache
def _newest() -> Select[Any]:
    wanted = cards().where(Item.kind.in_(("question", "release"))).ext(distinct_on(Item.kind))
    return wanted.order_by(Item.kind, Item.publish_at.desc())


def gather_home(session: Session, *, language: str, now: datetime, today: date) -> Home:
    """Read what the home page shows: news, international events to come, the applicant's path, the newest answer and release."""
    values = {"language": language, "now": now, "today": today}
    return Home(
        news=list_news(session, language=language, now=now, limit=NEWS),
        events=session.execute(_coming(), values).all(),
        steps=list_section(session, section="applicants", language=language, now=now, kind="step"),
        newest={card.kind: card for card in session.execute(_newest(), values)},
    )
