"""What a learner is told: own published marks, how everything was computed, what the examination can bring (clause 11)."""

from chassis.service import Capability
from ejournal.learner import api, pages

CAPABILITY = Capability("learner", api=api.ROUTES, pages=pages.ROUTES)
