"""What can be refused about streams, roots and their keys.

Problem
  Conflict
    KeyAlreadyEnded     409  the key was ended before
    NoSigningKey        409  no key is in force: hold the ceremony first
  NotFound
    NoReceipt           404  nothing was published here that a receipt could be made of
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, NotFound


class KeyAlreadyEnded(Conflict):
    """Somebody ended the key before; its roots keep their dates."""

    code = "ejournal.key-already-ended"
    title = _l("This key is no longer in force")


class NoSigningKey(Conflict):
    """Nothing can be signed: there is no key in force, or the service cannot open it."""

    code = "ejournal.no-signing-key"
    title = _l("There is no signing key in force")


class NoReceipt(NotFound):
    """A receipt is made of a published mark, and here there is none of this learner."""

    code = "ejournal.no-receipt"
    title = _l("There is no receipt for this mark")
