"""Journals as files: out as XLSX, CSV and JSON; marks back in, judged first, seen as a difference, applied and undone once."""

from chassis.service import Capability
from ejournal.exchange import api, jobs, midterm_pages, pages

CAPABILITY = Capability("exchange", api=api.ROUTES, pages=pages.ROUTES + midterm_pages.ROUTES, jobs=jobs.JOBS)
