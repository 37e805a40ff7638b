"""Statistics and analytics: releases with figures, charts, tables and CSV (clauses 4.5, 19.3, 22)."""

from chassis.service import Capability
from website.statistics import pages

CAPABILITY = Capability("statistics", pages=pages.ROUTES)
