"""Acquisition: copies and the inventory book (clause 17.2)."""

from chassis.service import Capability
from library.acquisition import api, pages

CAPABILITY = Capability("acquisition", api=api.ROUTES, pages=pages.ROUTES)
