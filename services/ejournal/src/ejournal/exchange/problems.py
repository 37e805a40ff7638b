"""What is refused about files of marks.

NotFound
  ImportNotFound     404  no such import of this journal
Conflict
  ImportClosed       409  it was applied or undone before, or is at work
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, NotFound


class ImportNotFound(NotFound):
    """No such import."""

    code = "ejournal.import-not-found"


class ImportClosed(Conflict):
    """It was applied or undone before, or is at work."""

    code = "ejournal.import-closed"
    title = _l("This file was applied or undone before, or is being applied")
