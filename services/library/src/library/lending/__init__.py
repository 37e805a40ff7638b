"""Lending: issue and return at the desk (clause 17.7)."""

from chassis.service import Capability
from library.lending import api, pages

CAPABILITY = Capability("lending", api=api.ROUTES, pages=pages.ROUTES)
