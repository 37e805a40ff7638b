"""One's own sign-ins: where they are, ending them, and the history of tries."""

from typing import Any
from uuid import UUID

from auth.sessions import cookies, ending, history, living, service
from auth.sessions.words import OUTCOMES, place
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import ngettext
from chassis.problems import NotFound
from chassis.routes import SIGNED_IN, page

HERE = "/auth/me/sessions"


def sessions_page(ctx: Context) -> Any:
    """Show where one is signed in: device, place, since when, last seen; this sign-in is marked."""
    rows = living.list_(ctx.session, person_id=ctx.identity.person_id)
    return ctx.render("auth/sessions/own.html", rows=rows, place=place(ctx), mine=ctx.identity.sid)


def end_one(ctx: Context, id: UUID) -> Any:
    """End one of one's own sign-ins; this one by signing out."""
    person_id = ctx.identity.person_id
    row = next((row for row in living.list_(ctx.session, person_id=person_id) if row.id == id), None)
    if row is None:
        raise NotFound
    service.end(ctx.session, row=row, reason=ending.BY_OWNER, actor=person_id)
    if str(id) == ctx.identity.sid:
        response = ctx.redirect_to("/auth/login")
        cookies.clear(ctx, response, "sid", "at")
        return response
    ctx.flash(_("The sign-in is ended."))
    return ctx.redirect_to(HERE)


def end_others(ctx: Context) -> Any:
    """End all of one's own sign-ins but this one."""
    count = ending.own_others(ctx.session, person_id=ctx.identity.person_id, keep=UUID(ctx.identity.sid))
    ctx.flash(ngettext("%(n)s other sign-in is ended.", "%(n)s other sign-ins are ended.", count))
    return ctx.redirect_to(HERE)


def history_page(ctx: Context) -> Any:
    """Show how one's own account was signed in to, and who failed, over ninety days."""
    found = history.list_(ctx.session, person_id=ctx.identity.person_id, page=ctx.page_number)
    return ctx.render(
        "auth/sessions/history.html",
        found=found,
        outcomes=OUTCOMES,
        place=place(ctx),
        url_of="/auth/me/sign-ins?page={}".format,
    )


ROUTES = (
    page("GET", "/me/sessions", sessions_page, access=SIGNED_IN),
    page("POST", "/me/sessions/<uuid:id>/end", end_one, access=SIGNED_IN, step_up=True),
    page("POST", "/me/sessions/end-others", end_others, access=SIGNED_IN, step_up=True),
    page("GET", "/me/sign-ins", history_page, access=SIGNED_IN),
)
