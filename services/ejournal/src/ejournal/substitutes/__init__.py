"""Substitute teachers: appointed for dated lessons alone, by an order, for a term (clause 12)."""

from chassis.service import Capability
from ejournal.substitutes import api, pages

CAPABILITY = Capability("substitutes", api=api.ROUTES, pages=pages.ROUTES)
