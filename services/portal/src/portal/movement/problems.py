"""What movement refuses.

Conflict
  OrderRefused     409  what stands by now speaks against the order; nothing was changed
  NotSeen          409  sealed statements were not acknowledged
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict


class OrderRefused(Conflict):
    """What stands speaks against the order."""

    code = "portal.order-refused"
    title = _l("The order cannot be applied")


class NotSeen(Conflict):
    """The order goes back behind sealed statements, and nobody said that this was seen."""

    code = "portal.statements-not-seen"
    title = _l("Confirm that you have seen the sealed statements")
