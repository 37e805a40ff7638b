"""Interim and final attestation: final marks, attempts, debts, transcripts, GPA and rank (clauses 4.7, 11 of Order No. 21)."""

from chassis.service import Capability
from ejournal.attestation import api, files, pages

CAPABILITY = Capability("attestation", api=api.ROUTES, pages=(*pages.ROUTES, *files.ROUTES))
