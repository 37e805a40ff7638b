"""Contacts: address, duty unit, anti-corruption line, admission (clause 19.8)."""

from chassis.service import Capability
from website.contacts import pages

CAPABILITY = Capability("contacts", pages=pages.ROUTES)
