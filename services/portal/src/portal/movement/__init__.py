"""Movement of learners by orders: transfer, leave, expulsion, reinstatement, each from a day on."""

from chassis.service import Capability
from portal.movement import api, events, jobs, pages

CAPABILITY = Capability(
    "movement", api=api.ROUTES, pages=pages.ROUTES, handlers=events.HANDLERS, jobs=jobs.JOBS
)
