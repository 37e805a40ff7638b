"""The capability as the service takes it in."""

from auth.access import api, import_pages, jobs, pages, review_pages, role_pages, why_pages
from chassis.service import Capability

CAPABILITY = Capability(
    "access",
    api=api.ROUTES,
    pages=role_pages.ROUTES + pages.ROUTES + import_pages.ROUTES + why_pages.ROUTES + review_pages.ROUTES,
    jobs=jobs.JOBS,
)
