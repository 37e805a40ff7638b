"""Pages of lending: the desk and the reader's own books."""

from collections.abc import Sequence
from typing import Any

from flask import request

from chassis import clock
from chassis.context import Context
from chassis.db import AnyRow
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.problems import Conflict, NotFound
from chassis.routes import SIGNED_IN, page
from library.lending import service
from library.lending.schemas import IssueIn, ReturnIn
from library.readers.model import Reader
from library.readers.service import get_by_card_or_raise


def desk_page(ctx: Context) -> Any:
    """Show the desk: the reader in front of it and what the reader has."""
    card = request.args.get("card", "").strip()[:40]
    return _desk(ctx, card=card)


def _desk(ctx: Context, *, card: str, trouble: str = "", status: int = 200) -> Any:
    reader: Reader | None = None
    loans: Sequence[AnyRow] = ()
    if card:
        try:
            reader = get_by_card_or_raise(ctx.session, card=card)
            loans = service.list_open_loans(ctx.session, reader_id=reader.person_id)
        except NotFound as refusal:
            trouble, status = trouble or str(refusal.title), 404
    html = ctx.render(
        "library/lending/desk.html",
        card=card,
        reader=reader,
        loans=loans,
        trouble=trouble,
        today=clock.today(),
    )
    return html, status


def issue(ctx: Context) -> Any:
    """Issue the scanned copy to the reader at the desk."""
    form = ctx.form(IssueIn)
    card = form.values.get("card", "")
    if not form.valid:
        return _desk(ctx, card=card, trouble=_("Scan a reader's card and a copy"), status=422)
    try:
        reader = get_by_card_or_raise(ctx.session, card=card)
        loan = service.issue(
            ctx.session,
            barcode=form.data["barcode"],
            reader_id=reader.person_id,
            by=ctx.identity.person_id,
            today=clock.today(),
            now=ctx.now,
        )
    except (Conflict, NotFound) as refusal:
        return _desk(ctx, card=card, trouble=_sentence(refusal), status=refusal.status)
    ctx.flash(_("Issued until %(date)s", date=format_date(loan.due_on)), "ok")
    return ctx.redirect("lending.desk_page", card=card)


def give_back(ctx: Context) -> Any:
    """Take the scanned copy back, whoever had it."""
    form = ctx.form(ReturnIn)
    card = request.form.get("card", "").strip()[:40]
    if not form.valid:
        return _desk(ctx, card=card, trouble=_("Scan a copy"), status=422)
    try:
        service.give_back(ctx.session, barcode=form.data["barcode"], by=ctx.identity.person_id, now=ctx.now)
    except (Conflict, NotFound) as refusal:
        return _desk(ctx, card=card, trouble=_sentence(refusal), status=refusal.status)
    ctx.flash(_("Returned"), "ok")
    return ctx.redirect("lending.desk_page", **({"card": card} if card else {}))


def _sentence(refusal: Conflict | NotFound) -> str:
    return ": ".join(text for text in (str(refusal.title), str(refusal.detail)) if text)


def own_loans_page(ctx: Context) -> Any:
    """Show a reader the books on loan and those returned."""
    person = ctx.identity.person_id
    return ctx.render(
        "library/lending/own_loans.html",
        loans=service.list_open_loans(ctx.session, reader_id=person),
        past=service.list_past_loans(ctx.session, reader_id=person),
        today=clock.today(),
    )


ROUTES = (
    page("GET", "/lending", desk_page, access="library.loan.issue"),
    page("POST", "/lending/issue", issue, access="library.loan.issue"),
    page("POST", "/lending/return", give_back, access="library.loan.return"),
    page("GET", "/my", own_loans_page, access=SIGNED_IN),
)
