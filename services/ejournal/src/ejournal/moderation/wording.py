"""How the board speaks: figures, late columns, and why something is unusual."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chassis.db import AnyRow
from chassis.i18n import format_date, format_datetime, localized
from chassis.i18n import gettext as _
from design.charts import Chart, bar
from ejournal.escalation.rules import TEACHER
from ejournal.escalation.wording import STEPS
from ejournal.journal import wording as journal_wording
from ejournal.journal.windows_rules import Policy
from ejournal.moderation.rules import days_late
from ejournal.moderation.rules_unusual import Finding


def department(line: Mapping[str, Any]) -> str:
    """Name a department; by its code while its title is not known."""
    return localized(line["title"]) or line["code"]


def chart(lines: Sequence[Mapping[str, Any]]) -> Chart | None:
    """Draw the late columns of each department."""
    if not lines:
        return None
    return bar(_("Late columns by department"), {department(line): line["late"] for line in lines})


def late(row: AnyRow, policy: Policy, today: date, told: Sequence[str] = ()) -> dict[str, Any]:
    """Tell a late column: where, whose, for how many days its window has been over, who was told beside the teacher."""
    column = {"kind": row.kind, "lesson_kind": row.lesson_kind, "date": row.date.isoformat()}
    days = days_late(column, policy, today)
    return {
        "id": row.id,
        "journal_id": row.journal_id,
        "journal": ", ".join(part for part in (localized(row.discipline), row.group) if part),
        "column": journal_wording.full_title(column),
        "teachers": row.teachers or "",
        "days": days,
        "told": [str(STEPS[step]) for step in told if step != TEACHER],
    }


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Explain a finding in a sentence."""
    told = dict(finding.params)
    for name in ("by", "person"):
        if name in told:
            told[name] = names.get(told[name], _("A colleague"))
    if "people" in told:
        told["people"] = ", ".join(names.get(person, "—") for person in told["people"])
    if "at" in told:
        told["at"] = format_datetime(told["at"])
    if "day" in told:
        told["day"] = format_date(told["day"])
    return str(_SENTENCES[finding.code](told))


_SENTENCES = {
    "heaping": lambda p: _("%(count)s of %(all)s marks are exactly %(mark)s.", **p),
    "clones": lambda p: _("The marks of these learners are the same in all %(count)s columns: %(people)s.", **p),
    "burst": lambda p: _(
        "%(by)s entered %(count)s marks of lessons older than a week within an hour from %(at)s.", **p
    ),
    "night": lambda p: _("%(by)s entered %(count)s marks in the night of %(day)s.", **p),
    "above": lambda p: _(
        "%(by)s raised a mark of %(person)s from %(old)s to %(new)s on %(at)s: the threshold is %(mark)s.", **p
    ),
}  # fmt: skip
