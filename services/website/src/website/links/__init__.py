"""Useful links: the portal, the e-library, distance learning, partners; each names its basis (clauses 19.6, 24)."""

from chassis.service import Capability
from website.links import pages

CAPABILITY = Capability("links", pages=pages.ROUTES)
