"""Moderation of the journals by the quality unit (clause 13): what is late, what is unusual, remarks; never a mark."""

from chassis.service import Capability
from ejournal.moderation import api, jobs, pages

CAPABILITY = Capability("moderation", api=api.ROUTES, pages=pages.ROUTES, jobs=jobs.JOBS)
