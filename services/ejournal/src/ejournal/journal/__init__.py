"""Journals: opened from events, filled by their teachers, published to their learners (clauses 4.7, 6.3, 11, 12)."""

from chassis.service import Capability
from ejournal.journal import api, events, pages

CAPABILITY = Capability("journal", api=api.ROUTES, pages=pages.ROUTES, handlers=events.HANDLERS)
