"""What appointing a substitute refuses.

Conflict
  AlreadySubstituted  409  the lesson has a substitute
  AlreadyWithdrawn    409  somebody was faster
  HasWritten          409  the substitute has held the lesson: the appointment stands and ends by itself
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict


class AlreadySubstituted(Conflict):
    """The lesson has a substitute."""

    code = "ejournal.already-substituted"
    title = _l("This lesson has a substitute already")


class AlreadyWithdrawn(Conflict):
    """Somebody was faster."""

    code = "ejournal.substitution-withdrawn"
    title = _l("This appointment is withdrawn already")


class HasWritten(Conflict):
    """The lesson was held by the substitute."""

    code = "ejournal.substitute-has-written"
    title = _l("The substitute has already written in this lesson: the appointment ends by itself")
