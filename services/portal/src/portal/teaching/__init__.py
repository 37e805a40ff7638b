"""Teaching assignments: who teaches what to which group in which period."""

from chassis.service import Capability
from portal.teaching import api, pages

CAPABILITY = Capability("teaching", api=api.ROUTES, pages=pages.ROUTES)
