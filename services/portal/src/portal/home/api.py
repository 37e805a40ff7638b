"""Operations of the home page."""

from typing import Any

from chassis.context import Context
from chassis.routes import SIGNED_IN, api
from portal.home import escalations, service, studies
from portal.home.schemas import HomeOut


def get_home(ctx: Context) -> dict[str, Any]:
    """Give the signed-in person's marks, GPA, debts, late entries, books on loan and the news; own weeks and notices have operations of their own."""
    me = ctx.identity.person_id
    stale = {feed: ctx.as_of(feed) for feed in service.FEEDS}
    return {
        "marks": service.list_marks(session=ctx.session, person_id=me, limit=50),
        "studies": studies.find_standing(session=ctx.session, person_id=me),
        "debts": studies.list_debts(session=ctx.session, person_id=me),
        "escalations": escalations.list_for(session=ctx.session, person_id=me),
        "loans": service.list_loans(session=ctx.session, person_id=me),
        "news": service.list_news(session=ctx.session, now=ctx.now),
        "stale": [{"feed": feed, "since": found.since} for feed, found in stale.items() if found],
    }


ROUTES = (api("GET", "/home", get_home, access=SIGNED_IN, answer=HomeOut),)
