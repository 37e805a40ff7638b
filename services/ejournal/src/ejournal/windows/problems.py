"""What reopening refuses.

Conflict
  TakesMarks        409  the column takes marks today: there is nothing to reopen
  AlreadyAsked      409  a request for the column is still to be decided
  AlreadyDecided    409  somebody has decided, or the asker has withdrawn
Forbidden
  OwnRequest        403  the asker and the teachers of a journal do not decide on it (two persons)
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Forbidden


class TakesMarks(Conflict):
    """There is nothing to reopen."""

    code = "ejournal.takes-marks"
    title = _l("This column takes marks today: there is nothing to reopen")


class AlreadyAsked(Conflict):
    """A request for the column is still to be decided."""

    code = "ejournal.already-asked"
    title = _l("A request for this column is still to be decided")


class AlreadyDecided(Conflict):
    """Somebody was faster."""

    code = "ejournal.already-decided"
    title = _l("This request is no longer open")


class OwnRequest(Forbidden):
    """The asker does not decide."""

    code = "ejournal.own-request"
    title = _l("Another person decides on a request of one's own journal")
