"""Imports in words: faults of rows, what became of cells, places in the file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db import AnyRow
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from chassis.sheets import Fault, say
from ejournal.control.service import RuleBook
from ejournal.exchange.layout import HEADS, MIDTERM, titles_of
from ejournal.exchange.model import MarkImport
from ejournal.journal import wording
from ejournal.journal.model import JOURNAL
from ejournal.journal.rules import Asked, Verdict
from ejournal.teaching.model import DISCIPLINE, GROUP

FAULTS = {
    "another-export": lambda _p: _("This row is not of a file that was taken from this journal."),
    "no-such-row": lambda _p: _("The number of the row is not one of the file that was taken away."),
    "another-name": lambda _p: _("The row names another learner than the number: is it the same person?"),
    "learner-twice": lambda _p: _("This learner stands in the file twice."),
    "no-journal": lambda _p: _("There is no journal of this discipline, group and period."),
    "many-journals": lambda _p: _("Several journals fit: give the code of the discipline."),
    "unknown-learner": lambda _p: _("There is no such learner in this journal."),
    "many-learners": lambda _p: _("Several learners have this name: give the personal number."),
    "nobody": lambda _p: _("Give the personal number or the name."),
    "no-mark": lambda _p: _("Neither of the two midterm controls has a mark."),
    "repeated": lambda p: _("The same cell already stands in row %(other)s.", other=p["other"]),
}
STATES = {
    "checked": ("info", _l("checked only")),
    "applying": ("info", _l("being applied")),
    "applied": ("ok", _l("applied")),
    "undoing": ("warn", _l("being undone")),
    "undone": ("warn", _l("undone")),
}
CELLS = {
    "planned": ("info", _l("changes")),
    "saved": ("ok", _l("saved")),
    "same": ("", _l("already so")),
    "restored": ("warn", _l("as before again")),
}


def faults(found: MarkImport) -> list[dict[str, Any]]:
    """List the rows that could not be understood: row, name, why."""
    titles = {column.key: localized(column.titles) for column in MIDTERM.columns} | {
        key: localized(words) for key, words in HEADS.items()
    }
    return [
        {"row": one.row, "name": one.name, "column": titles.get(one.column, ""), "why": say(one, FAULTS)}
        for one in (Fault(**stored) for stored in found.faults)
    ]


def lines(session: Session, cells: Sequence[AnyRow], book: RuleBook, language: str) -> list[dict[str, Any]]:
    """Tell cells of an import: place, before and after, and why not."""
    places = _places(session, {cell.journal_id for cell in cells})
    return [_line(cell, places[cell.journal_id], book, language) for cell in cells]


def _places(session: Session, journals: set[Any]) -> Mapping[Any, tuple[str, Mapping[str, str]]]:
    query = (
        select(JOURNAL.c.id, JOURNAL.c.columns, GROUP.c.code, DISCIPLINE.c.title)
        .outerjoin(GROUP, GROUP.c.group_id == JOURNAL.c.group_id)
        .outerjoin(DISCIPLINE, DISCIPLINE.c.discipline_id == JOURNAL.c.discipline_id)
        .where(JOURNAL.c.id.in_(journals))
    )
    return {
        row.id: (
            ", ".join(part for part in (localized(row.title), row.code) if part),
            {key: localized(titles) for key, titles in titles_of(row.columns).items()},
        )
        for row in session.execute(query)
    }


def _line(
    cell: AnyRow, place: tuple[str, Mapping[str, str]], book: RuleBook, language: str
) -> dict[str, Any]:
    journal, titles = place
    told = {
        "row": cell.row,
        "name": cell.name,
        "journal": journal,
        "journal_id": str(cell.journal_id),
        "column": titles.get(str(cell.column_id), ""),
        "old": book.letters.show(cell.old_value, language),
        "new": cell.typed,
        "state": cell.state,
    }
    if cell.state in CELLS:
        return told
    state = "conflict" if cell.state == "kept" else cell.state
    asked = Asked(f"{cell.person_id}:{cell.column_id}", cell.typed, cell.base)
    if cell.state == "kept":
        stands = book.letters.show(cell.stands, language) or _("empty")
        return {**told, "why": _("Changed since: %(stands)s stands there now and stays.", stands=stands)}
    verdict = Verdict(asked, state, cell.stands, cell.base, cell.reason)
    return {**told, "why": wording.cell(verdict, None, book, language)["detail"]}
