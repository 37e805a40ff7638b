"""Notices: short texts of the academy to its own people."""

from chassis.service import Capability
from portal.notices import api, pages

CAPABILITY = Capability("notices", api=api.ROUTES, pages=pages.ROUTES)
