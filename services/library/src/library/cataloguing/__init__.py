"""Cataloguing: records in MARC21 and RUSMARC, lossless (clause 17.3)."""

from chassis.service import Capability
from library.cataloguing import api, pages

CAPABILITY = Capability("cataloguing", api=api.ROUTES, pages=pages.ROUTES)
