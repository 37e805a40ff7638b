"""Content: items, their texts in three languages, blocks, the editor, publishing (clauses 20, 21, 24, 25)."""

from chassis.service import Capability
from website.content import api, pages, purge

CAPABILITY = Capability("content", api=api.ROUTES, pages=pages.ROUTES, jobs=purge.JOBS)
