"""A service that keeps the roots the electronic journal signs, so that the journal's past cannot be changed in one place."""

from chassis.service import Capability
from witness import api, events

CAPABILITY = Capability("witness", api=api.ROUTES, handlers=events.HANDLERS)
