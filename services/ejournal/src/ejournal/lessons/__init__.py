"""Lessons of a journal: topic, homework, who held them; hours planned and held (clauses 4.7, 11, 12)."""

from chassis.service import Capability
from ejournal.lessons import api, hours_pages, pages

CAPABILITY = Capability("lessons", api=api.ROUTES, pages=pages.ROUTES + hours_pages.ROUTES)
