"""What the journal knows of people and teaching: a projection of what auth and portal published."""

from chassis.service import Capability
from ejournal.teaching import events

CAPABILITY = Capability("teaching", handlers=events.HANDLERS)
