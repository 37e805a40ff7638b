"""Calendar of events: conferences, seminars, trainings, methodical meetings, visits (clauses 19.11, 20)."""

from chassis.service import Capability
from website.schedule import pages

CAPABILITY = Capability("schedule", pages=pages.ROUTES)
