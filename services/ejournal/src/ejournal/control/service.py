"""Read rule sets and letters; a process keeps a rule book for a minute, since every save of marks asks for it.

So a new letter may be typed only when every process must have read it (`WAKES_AFTER`); reading it is possible at once. A rule set that
a kept book does not know yet is looked for anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock
from ejournal.control.model import LETTER, RULE_SET
from ejournal.control.rules_sets import RuleSet, in_force, load
from ejournal.control.rules_values import Letters
from ejournal.kept import Kept

WAKES_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class RuleBook:
    """All rule sets by code, and the dictionary of letters with its titles."""

    sets: Mapping[str, RuleSet]
    letters: Letters
    titles: Mapping[str, Mapping[str, str]]

    def on(self, day: date) -> RuleSet:
        """Find the rule set in force on a day.

        Raises:
            RuleSetError: there is none.
        """
        return in_force(list(self.sets.values()), day)

    @property
    def offered(self) -> Mapping[str, Mapping[str, str]]:
        """The titles of the letters that may be typed now."""
        return {code: title for code, title in self.titles.items() if self.letters.by_code[code].typed}


def read_book(session: Session) -> RuleBook:
    """Read the rule book anew.

    Raises:
        RuleSetError: a stored rule set cannot be used.
    """
    sets = [load(_stored(dict(row))) for row in session.execute(select(RULE_SET)).mappings()]
    rows = session.execute(select(LETTER).order_by(LETTER.c.position, LETTER.c.code)).mappings()
    wakes = clock.now() - WAKES_AFTER
    entries = [
        {**row, "dormant": bool(row["retired_at"] or (row["entered_at"] and row["entered_at"] > wakes))}
        for row in rows
    ]
    return RuleBook(
        sets={rules.code: rules for rules in sets},
        letters=Letters(entries),
        titles={entry["code"]: entry["title"] for entry in entries},
    )


_KEPT = Kept(read_book)


def get_book(session: Session, *, rule_set: str | None = None) -> RuleBook:
    """Give the rule book, at most a minute old; read anew when it does not know the rule set asked for."""
    book = _KEPT.get(session)
    return _KEPT.renew(session) if rule_set is not None and rule_set not in book.sets else book


def forget_books() -> None:
    """Read the rule book anew when it is asked for next, in this process."""
    _KEPT.forget()


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    ends = row["valid_to"]
    return {
        **row,
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": ends.isoformat() if ends else None,
    }
