"""Imports from XLSX: a dry run, then the good rows in one transaction."""

from chassis.service import Capability
from portal.imports import api, pages

CAPABILITY = Capability("imports", api=api.ROUTES, pages=pages.ROUTES)
