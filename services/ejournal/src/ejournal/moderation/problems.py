"""What moderation refuses.

Conflict
  AlreadyAnswered    409  the remark has its answer
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict


class AlreadyAnswered(Conflict):
    """The remark has its answer."""

    code = "ejournal.already-answered"
    title = _l("This remark has been answered already")
