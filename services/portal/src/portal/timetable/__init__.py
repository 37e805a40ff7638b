"""The class timetable (clause 6.2 of Order No. 21), for now imported and read."""

from chassis.service import Capability
from portal.timetable import api, pages

CAPABILITY = Capability("timetable", api=api.ROUTES, pages=pages.ROUTES)
