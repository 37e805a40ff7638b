"""Read rule sets and letters; a process keeps a rule book for a minute, since every save of marks asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from ejournal.control.model import LETTER, RULE_SET
from ejournal.control.rules_sets import RuleSet, in_force, load
from ejournal.control.rules_values import Letters
from ejournal.kept import Kept


@dataclass(frozen=True)
class RuleBook:
    """All rule sets by code, and the dictionary of letters with its titles."""

    sets: Mapping[str, RuleSet]
    letters: Letters
    titles: Mapping[str, Mapping[str, str]]
    read_at: float

    def on(self, day: date) -> RuleSet:
        """Find the rule set in force on a day.

        Raises:
            RuleSetError: there is none.
        """
        return in_force(list(self.sets.values()), day)


def read_book(session: Session) -> RuleBook:
    """Read the rule book anew.

    Raises:
        RuleSetError: a stored rule set cannot be used.
    """
    sets = [load(_stored(dict(row))) for row in session.execute(select(RULE_SET)).mappings()]
    entries = [dict(row) for row in session.execute(select(LETTER).order_by(LETTER.c.position)).mappings()]
    return RuleBook(
        sets={rules.code: rules for rules in sets},
        letters=Letters(entries),
        titles={entry["code"]: entry["title"] for entry in entries},
        read_at=clock.monotonic(),
    )


_KEPT = Kept(read_book)


def get_book(session: Session) -> RuleBook:
    """Give the rule book, at most a minute old."""
    return _KEPT.get(session)


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    ends = row["valid_to"]
    return {
        **row,
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": ends.isoformat() if ends else None,
    }
