"""How escalations speak: to whom, of what, and what became of it."""

from collections.abc import Mapping
from typing import Any

from chassis.db import AnyRow
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from ejournal.escalation.rules import DEPARTMENT, FACULTY, TEACHER

STEPS = {
    TEACHER: _l("teacher"),
    DEPARTMENT: _l("head of department"),
    FACULTY: _l("head of the faculty"),
}


def line(row: AnyRow, names: Mapping[str, str]) -> dict[str, Any]:
    """Tell an escalation in a line of the list."""
    return {
        "row": row,
        "journal": ", ".join(part for part in (localized(row.discipline), row.group) if part),
        "step": STEPS[row.step],
        "people": [names.get(str(person), _("A colleague")) for person in row.people],
    }
