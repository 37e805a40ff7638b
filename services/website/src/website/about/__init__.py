"""About the academy: general information, structure, heads (clause 19.1)."""

from chassis.service import Capability
from website.about import pages

CAPABILITY = Capability("about", pages=pages.ROUTES)
