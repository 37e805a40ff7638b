"""Laws on education: the register of normative legal acts on education (clause 19.4)."""

from chassis.service import Capability
from website.education_acts import pages

CAPABILITY = Capability("education_acts", pages=pages.ROUTES)
