"""The academic calendar (clause 6.1 of Order No. 21): periods, days off."""

from chassis.service import Capability
from portal.calendar import api, pages

CAPABILITY = Capability("calendar", api=api.ROUTES, pages=pages.ROUTES)
