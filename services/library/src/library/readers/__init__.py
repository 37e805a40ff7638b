"""Readers: the user card index, fed from accounts and groups (clause 17.6)."""

from chassis.service import Capability
from library.readers import api, events, pages

CAPABILITY = Capability("readers", api=api.ROUTES, pages=pages.ROUTES, handlers=events.HANDLERS)
