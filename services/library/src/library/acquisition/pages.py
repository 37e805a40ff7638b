"""Pages of acquisition."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import ngettext
from chassis.routes import page
from library.acquisition import service
from library.acquisition.schemas import CopiesIn


def add_copies(ctx: Context, id: UUID) -> Any:
    """Enter copies of the record shown."""
    form = ctx.form(CopiesIn)
    if not form.valid:
        ctx.flash("; ".join(text for texts in form.errors.values() for text in texts), "err")
        return ctx.redirect("search.record_page", id=id)
    copies = service.add_copies(
        ctx.session,
        record_id=id,
        count=form.data["count"],
        place=form.data["place"],
        by=ctx.identity.person_id,
        now=ctx.now,
    )
    first, last = copies[0].inventory_number, copies[-1].inventory_number
    text = ngettext(
        "%(n)s copy added, inventory number %(first)s",
        "%(n)s copies added, inventory numbers %(first)s to %(last)s",
        len(copies),
        first=first,
        last=last,
    )
    ctx.flash(text, "ok")
    return ctx.redirect("search.record_page", id=id)


ROUTES = (page("POST", "/records/<uuid:id>/copies", add_copies, access="library.copy.add"),)
