"""What attestation refuses.

Conflict
  RulesUnknown       409  the journal has no rule set yet: its period is not known
Forbidden
  ForeignLearner     403  the learner is not in the person's scope; the attempt is audited
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, Forbidden


class RulesUnknown(Conflict):
    """Nothing can be attested in a journal whose period is not known."""

    code = "ejournal.rules-unknown"
    title = _l("The period of this journal is not known yet")


class ForeignLearner(Forbidden):
    """The learner belongs to others."""

    code = "ejournal.foreign-learner"
    title = _l("This learner is not in your care")
