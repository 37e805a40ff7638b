"""What is refused about rule sets and letters.

NotFound
  DraftNotFound      404  no such draft
  RuleSetNotFound    404  no such rule set
Invalid
  DraftRefused       422  the draft cannot be kept or adopted; `errors` name the fields
  LetterRefused      422  the letter cannot be kept; `errors` name the fields
Conflict
  DraftClosed        409  adopted or discarded before
  LetterInUse        409  marks hold the letter
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Invalid, NotFound


class DraftNotFound(NotFound):
    """No such draft."""

    code = "ejournal.rule-draft-not-found"


class RuleSetNotFound(NotFound):
    """No such rule set."""

    code = "ejournal.rule-set-not-found"


class DraftRefused(Invalid):
    """The draft cannot be kept or adopted."""

    code = "ejournal.rule-draft-refused"
    title = _l("The rule set cannot be used so")


class DraftClosed(Conflict):
    """The draft was adopted or discarded before."""

    code = "ejournal.rule-draft-closed"
    title = _l("This draft was adopted or discarded before")


class LetterRefused(Invalid):
    """The letter cannot be kept."""

    code = "ejournal.letter-refused"
    title = _l("The letter was not saved")


class LetterInUse(Conflict):
    """Marks hold the letter."""

    code = "ejournal.letter-in-use"
    title = _l("This letter stands in journals")
