"""The capability of appeals, apart from the package itself: statements read its table."""

from chassis.service import Capability
from ejournal.appeals import api, pages

CAPABILITY = Capability("appeals", api=api.ROUTES, pages=pages.ROUTES)
