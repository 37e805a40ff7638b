"""The duty roster: who is on duty on which day; the journals excuse their lessons by it."""

from chassis.service import Capability
from portal.duty import api, pages

CAPABILITY = Capability("duty", api=api.ROUTES, pages=pages.ROUTES)
