"""The page of escalations, beside the board of the journals."""

from typing import Any
from urllib.parse import urlencode

from chassis import clock
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import paginate
from chassis.routes import page
from ejournal.control.service import get_book
from ejournal.escalation import rules, service, wording
from ejournal.escalation.schemas import STATES
from ejournal.journal import access
from ejournal.teaching import service as teaching

PATH = "/journal/moderation/escalations"


def escalations_page(ctx: Context) -> Any:
    """Show to whom late entries were told, when, and what is settled by now."""
    state = ctx.request.args.get("state", "")
    query = service.list_query(reader=access.reader(ctx), state=state if state in STATES else "")
    found = paginate(ctx.session, query, page=ctx.page_number, scalars=False)
    names = teaching.names(ctx.session, ids={person for row in found.items for person in row.people})
    return ctx.render(
        "ejournal/escalation/list.html",
        found=found,
        lines=[wording.line(row, names) for row in found.items],
        state=state,
        terms=_terms(ctx),
        steps=wording.STEPS,
        address=lambda n: f"{PATH}?{urlencode({'state': state, 'page': n})}",
        crumbs=[
            (_("Journals"), "/journal/"),
            (_("Board of the journals"), "/journal/moderation"),
            (_("Escalations"), None),
        ],
    )


def _terms(ctx: Context) -> dict[str, int]:
    """Give the terms of the rule set in force today, for the words above the list."""
    return rules.terms(get_book(ctx.session).on(clock.today()).parameters)


ROUTES = (page("GET", "/moderation/escalations", escalations_page, access="ejournal.board.read"),)
