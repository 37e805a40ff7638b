"""How lessons and hours are told."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.i18n import localized
from design.charts import Chart, bar, grouped
from ejournal.journal import wording as journal_wording
from ejournal.lessons.hours import Line
from ejournal.lessons.rules import Hours
from ejournal.lessons.service import Lesson

STATES = {
    "held": (_l("held"), "ok"),
    "missing": (_l("not filled in"), "err"),
    "today": (_l("today"), "warn"),
    "ahead": (_l("ahead"), ""),
    "day-off": (_l("day off"), ""),
    "removed": (_l("not in the timetable"), ""),
}
MOST_BARS = 12


def kind(code: str) -> str:
    """Name a kind of lesson."""
    return str(journal_wording.LESSON_KINDS[code][1])


def who(lesson: Lesson, names: Mapping[str, str]) -> str:
    """Name who held a lesson, or who holds it by the timetable."""
    return names.get(str(lesson.held_by), "")


def people(lessons: Sequence[Lesson]) -> set[UUID]:
    """Give the people lessons speak of."""
    return {one.held_by for one in lessons if one.held_by}


def kinds_chart(lines: Sequence[Hours]) -> Chart | None:
    """Draw hours planned and held of each kind of lesson."""
    if not lines:
        return None
    return grouped(
        _("Academic hours by kind of lesson"),
        [kind(line.kind) for line in lines],
        {
            _("by the timetable"): [line.planned for line in lines],
            _("held"): [line.held for line in lines],
        },
    )


def name(line: Line) -> str:
    """Name a journal, or a department."""
    return ", ".join(part for part in (localized(line.title), line.group) if part)


def held_chart(lines: Sequence[Line]) -> Chart | None:
    """Draw how much of what had to be held was held, the least first."""
    known = sorted(
        ((line.percent, name(line)) for line in lines if line.percent is not None), key=lambda one: one[0]
    )
    title = _("Hours held, in percent of what had to be held until today")
    return bar(title, {words: share for share, words in known[:MOST_BARS]}) if known else None
