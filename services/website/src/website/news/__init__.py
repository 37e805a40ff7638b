"""News: published as it arrives, at a given time if need be; Atom per language (clauses 4.3, 19.10, 21)."""

from chassis.service import Capability
from website.news import pages

CAPABILITY = Capability("news", pages=pages.ROUTES)
