"""Fields of work: cooperation, programmes, science, study and education work, dissertation council (clause 19.2)."""

from chassis.service import Capability
from website.activity import pages

CAPABILITY = Capability("activity", pages=pages.ROUTES)
