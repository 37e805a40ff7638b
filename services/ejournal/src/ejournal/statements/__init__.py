"""Statements: issued, filled, signed twice, sealed, rectified, checked by everybody (clauses 4.7, 11, 12)."""

from chassis.service import Capability
from ejournal.statements import api, batches, pages

CAPABILITY = Capability("statements", api=api.ROUTES, pages=pages.ROUTES, jobs=batches.JOBS)
