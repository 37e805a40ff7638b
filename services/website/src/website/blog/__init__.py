"""The chief's blog: posts, questions with approved answers and the days they took (clause 19.9)."""

from chassis.service import Capability
from website.blog import pages

CAPABILITY = Capability("blog", pages=pages.ROUTES)
