"""Admission to the examination (clause 11 of Order No. 21: the rating-admission mark)."""

from chassis.service import Capability
from ejournal.admission import events

CAPABILITY = Capability("admission", handlers=events.HANDLERS)
