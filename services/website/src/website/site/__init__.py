"""The site as a whole: home page, choice of language, search, map of the site, what is not there."""

from chassis.service import Capability
from website.site import pages

CAPABILITY = Capability("site", pages=pages.ROUTES)
