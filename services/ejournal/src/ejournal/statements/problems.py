"""What statements refuse.

Conflict
  StatementRefused   409  every reason at once, in words and codes; also when a colleague was faster
  MarkConflict       409  a colleague wrote a mark first; every row is named with both values
Invalid
  NoMarkSaved        422  nothing of what was sent is a mark of this statement
Forbidden
  ForeignStatement   403  the statement is not in the person's scope; the attempt is audited
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Forbidden, Invalid


class StatementRefused(Conflict):
    """The state of things does not allow the act; `extra["reasons"]` has every reason."""

    code = "ejournal.statement-refused"
    title = _l("This cannot be done with the statement now")


class MarkConflict(Conflict):
    """A colleague wrote first."""

    code = "ejournal.statement-mark-conflict"
    title = _l("A colleague has changed this mark")


class NoMarkSaved(Invalid):
    """Nothing of what was sent could be saved."""

    code = "ejournal.statement-no-mark-saved"
    title = _l("No mark was saved")


class ForeignStatement(Forbidden):
    """The statement belongs to others."""

    code = "ejournal.foreign-statement"
    title = _l("This statement is not yours")
