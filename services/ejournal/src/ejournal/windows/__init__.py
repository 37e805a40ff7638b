"""Windows of the journals: which days take marks, and reopening by two persons (clauses 12, 13)."""

from chassis.service import Capability
from ejournal.windows import api, pages, reopening_api, reopening_pages

CAPABILITY = Capability(
    "windows", api=api.ROUTES + reopening_api.ROUTES, pages=pages.ROUTES + reopening_pages.ROUTES
)
