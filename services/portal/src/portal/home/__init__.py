"""The home page: one personal view of what all services published (clause 4.2 of Order No. 21)."""

from chassis.service import Capability
from portal.home import api, events, pages

CAPABILITY = Capability("home", api=api.ROUTES, pages=pages.ROUTES, handlers=events.HANDLERS)
