"""How appointments are told."""

from typing import Any

from chassis import clock
from chassis.db import AnyRow
from chassis.i18n import format_date, localized
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from ejournal.journal import wording as journal_wording
from ejournal.journal.rules import Column
from ejournal.teaching.rules import short_name

REASONS = {
    "illness": _l("illness"),
    "trip": _l("business trip"),
    "leave": _l("leave"),
    "duty": _l("service task"),
    "other": _l("another reason"),
}
STATES = {
    "present": (_l("in force"), "ok"),
    "over": (_l("term is over"), ""),
    "withdrawn": (_l("withdrawn"), "err"),
}


def line(row: AnyRow) -> dict[str, Any]:
    """Tell an appointment: which lesson, whose journal, who, by which order, until when, and what became of it."""
    state = "withdrawn" if row.withdrawn_at else "over" if row.until < clock.today() else "present"
    word, kind = STATES[state]
    return {
        "row": row,
        "journal": ", ".join(part for part in (localized(row.discipline), row.group) if part),
        "lesson": lesson(row),
        "substitute": short_name(row.family_name, row.given_name, row.patronymic) if row.family_name else "",
        "by": short_name(row.by_family, row.by_given, row.by_patronymic) if row.by_family else "",
        "order": order(row),
        "reason": REASONS[row.reason],
        "present": state == "present",
        "state": word,
        "kind": kind,
    }


def lesson(row: AnyRow) -> str:
    """Name the lesson of a row by day, kind and pair."""
    return column({**row._mapping, "kind": "lesson", "date": row.date.isoformat()})


def column(one: Column) -> str:
    """Name a lesson by day, kind and pair."""
    title, pair = journal_wording.full_title(one), one["pair"]
    return _("%(lesson)s, pair %(pair)s", lesson=title, pair=pair) if pair else title


def order(row: AnyRow) -> str:
    """Name the order an appointment rests on."""
    return _("No. %(number)s of %(day)s", number=row.order_number, day=format_date(row.order_date))
