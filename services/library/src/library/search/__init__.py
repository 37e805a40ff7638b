"""Search: the reader's catalogue, open to everybody (clause 17.4)."""

from chassis.service import Capability
from library.search import api, pages

CAPABILITY = Capability("search", api=api.ROUTES, pages=pages.ROUTES)
