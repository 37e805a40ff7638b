"""Disciplines and working curricula (clause 7 of Order No. 21)."""

from chassis.service import Capability
from portal.curricula import api, pages

CAPABILITY = Capability("curricula", api=api.ROUTES, pages=pages.ROUTES)
