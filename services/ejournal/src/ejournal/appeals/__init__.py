"""Appeals against final marks: filed by the learner in a term of working days, decided by a commission of three (clause 11)."""

from chassis.service import Capability
from ejournal.appeals import api, pages

CAPABILITY = Capability("appeals", api=api.ROUTES, pages=pages.ROUTES)
