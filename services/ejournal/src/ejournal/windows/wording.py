"""How requests to reopen are told."""

from typing import Any

from chassis.db import AnyRow
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from ejournal.journal import wording as journal_wording
from ejournal.teaching.rules import short_name

STATES = {
    "asked": (_l("to be decided"), "warn"),
    "granted": (_l("reopened"), "ok"),
    "refused": (_l("refused"), "err"),
    "withdrawn": (_l("withdrawn"), ""),
}


def line(row: AnyRow) -> dict[str, Any]:
    """Tell a request: what, by whom, why, until when, and what became of it."""
    column = {"kind": row.kind, "lesson_kind": row.lesson_kind, "date": row.date and row.date.isoformat()}
    word, kind = STATES[row.state]
    return {
        "row": row,
        "journal": ", ".join(part for part in (localized(row.discipline), row.group) if part),
        "column": journal_wording.full_title(column),
        "state": word,
        "kind": kind,
        "asker": _name(row.asker_family, row.asker_given, row.asker_patronymic),
        "decider": _name(row.decider_family, row.decider_given, row.decider_patronymic),
    }


def _name(family: str | None, given: str | None, patronymic: str | None) -> str:
    return short_name(family, given or "", patronymic) if family else ""
