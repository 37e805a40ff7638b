"""For applicants: the dated path to admission with "where am I now", documents, conditions (clause 19.7)."""

from chassis.service import Capability
from website.applicants import pages

CAPABILITY = Capability("applicants", pages=pages.ROUTES)
