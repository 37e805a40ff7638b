"""Windows of the journals: which days take marks (clause 12)."""

from chassis.service import Capability
from ejournal.windows import api, pages

CAPABILITY = Capability("windows", api=api.ROUTES, pages=pages.ROUTES)
