"""The capability as data; apart from the package so that the board may ask what was escalated."""

from chassis.service import Capability
from ejournal.escalation import api, jobs, pages

CAPABILITY = Capability("escalation", api=api.ROUTES, pages=pages.ROUTES, jobs=jobs.JOBS)
