"""Study groups and their rosters, fed by auth/people."""

from chassis.service import Capability
from portal.groups import api, events, pages

CAPABILITY = Capability("groups", api=api.ROUTES, pages=pages.ROUTES, handlers=events.HANDLERS)
