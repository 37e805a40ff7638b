"""What writing a lesson refuses.

Conflict
  LessonChanged      409  a colleague wrote first; the answer has both versions and what stands
  LessonClosed       409  the lesson takes no entries; the reason is that of its column
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict


class LessonChanged(Conflict):
    """A colleague wrote first."""

    code = "ejournal.lesson-changed"
    title = _l("A colleague has changed this lesson")


class LessonClosed(Conflict):
    """The lesson takes no entries."""

    code = "ejournal.lesson-closed"
    title = _l("This lesson takes no entries now")
