"""The capability as the service takes it in; journals import the rules of this package, so it is not made in `__init__`."""

from chassis.service import Capability
from ejournal.control import api, letter_api, letter_pages, pages, recompute, report_pages

CAPABILITY = Capability(
    "control",
    api=api.ROUTES + letter_api.ROUTES,
    pages=pages.ROUTES + report_pages.ROUTES + letter_pages.ROUTES,
    jobs=recompute.JOBS,
)
