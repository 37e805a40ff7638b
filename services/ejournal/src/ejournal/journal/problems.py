"""What the journal refuses.

Conflict
  CellConflict       409  a colleague wrote first; every cell is named with both values
  NothingToPublish   409  the column has no mark yet
  JournalClosed      409  the journal takes no marks
  OtherPerson        409  the page belongs to somebody else than who is signed in now
Invalid
  NoCellSaved        422  nothing of what was sent is a mark of this journal
Forbidden
  ForeignJournal     403  the journal is not in the person's scope; the attempt is audited
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Forbidden, Invalid


class CellConflict(Conflict):
    """A colleague wrote first."""

    code = "ejournal.cell-conflict"
    title = _l("A colleague has changed this cell")


class NoCellSaved(Invalid):
    """Nothing of what was sent could be saved."""

    code = "ejournal.no-cell-saved"
    title = _l("Nothing was saved")


class NothingToPublish(Conflict):
    """The column has no mark yet."""

    code = "ejournal.nothing-to-publish"
    title = _l("There is nothing to publish yet")


class JournalClosed(Conflict):
    """The journal takes no marks."""

    code = "ejournal.journal-closed"
    title = _l("This journal takes no marks")


class OtherPerson(Conflict):
    """The page was opened by one person, and another is signed in now: what the first typed is never saved in the other's name."""

    code = "ejournal.other-person"
    title = _l("Another person is signed in now")


class ForeignJournal(Forbidden):
    """The journal belongs to others."""

    code = "ejournal.foreign-journal"
    title = _l("This journal is not yours")
