"""Laws on the bodies of internal affairs: the register of normative legal acts on the bodies of internal affairs (clause 19.5)."""

from chassis.service import Capability
from website.service_acts import pages

CAPABILITY = Capability("service_acts", pages=pages.ROUTES)
