"""The capability as data; apart from the package itself, whose `service` every act on a journal calls."""

from chassis.service import Capability
from ejournal.integrity import api, key_pages, pages, receipt_pages, roots

CAPABILITY = Capability(
    "integrity",
    api=api.ROUTES,
    pages=pages.ROUTES + key_pages.ROUTES + receipt_pages.ROUTES,
    jobs=roots.JOBS,
)
