"""What appeals refuse.

Conflict
  AppealRefused   409  the appeal cannot be filed or decided so; `refusals` names every reason
  AlreadyDecided  409  somebody was faster
Forbidden
  ForeignAppeal   403  the appeal is not in the person's scope; the attempt is audited
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Forbidden


class AppealRefused(Conflict):
    """Something stands against it."""

    code = "ejournal.appeal-refused"
    title = _l("The appeal cannot be accepted so")


class AlreadyDecided(Conflict):
    """Somebody was faster."""

    code = "ejournal.appeal-decided"
    title = _l("This appeal is decided already")


class ForeignAppeal(Forbidden):
    """The appeal belongs to others."""

    code = "ejournal.foreign-appeal"
    title = _l("This appeal is not in your care")
