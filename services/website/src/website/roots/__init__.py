"""The journal's signed roots on the public site: anybody may note one down and compare it later."""

from chassis.service import Capability
from website.roots import pages

CAPABILITY = Capability("roots", pages=pages.ROUTES)
