"""Receipts: a learner's own of a published mark, and the page where anybody who signed in checks one."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import Form
from chassis.problems import Invalid
from chassis.routes import SIGNED_IN, page
from ejournal.control.service import get_book
from ejournal.forms import refuse
from ejournal.integrity import receipts, wording
from ejournal.integrity.rules_receipt import mark_of
from ejournal.integrity.rules_stream import read_entry
from ejournal.journal import service as journals
from ejournal.journal import wording as journal_wording

OWN = "ejournal.own.read"
MOST_BYTES = 200_000


def _get(ctx: Context, id: UUID, column_id: UUID) -> dict[str, Any]:
    return receipts.get_or_raise(
        ctx.session, journal_id=id, column_id=column_id, person_id=ctx.identity.person_id
    )


def receipt_page(ctx: Context, id: UUID, column_id: UUID) -> Any:
    """Show what a receipt proves and whether a signed root holds it yet."""
    found = _get(ctx, id, column_id)
    own = journals.get_own_or_raise(ctx.session, journal_id=id, person_id=ctx.identity.person_id)
    title = journal_wording.full_title(journals.get_column_or_raise(own, column_id))
    return ctx.render(
        "ejournal/integrity/receipt.html",
        receipt=found,
        title=title,
        mark=_mark(ctx, found),
        told=(told := read_entry(found["entry"])),
        published=datetime.fromisoformat(told["at"]),
        fingerprint=wording.fingerprint,
        download=f"/journal/my/{id}/receipts/{column_id}/receipt.json",
        crumbs=[
            (_("My marks"), "/journal/my"),
            (localized(own.discipline) or _("Journal"), f"/journal/my/{id}"),
            (_("Receipt"), None),
        ],
    )


def _mark(ctx: Context, receipt: dict[str, Any]) -> str:
    return get_book(ctx.session).letters.show(mark_of(receipt) or None, ctx.language) or "—"


def download_receipt(ctx: Context, id: UUID, column_id: UUID) -> Response:
    """Give the receipt as a file."""
    headers = {
        "Content-Disposition": f'attachment; filename="receipt-{column_id}.json"',
        "Cache-Control": "no-store",
    }
    body = json.dumps(_get(ctx, id, column_id), ensure_ascii=False, indent=1)
    return Response(body, 200, headers, content_type="application/json; charset=utf-8")


def check_page(ctx: Context) -> Any:
    """Show the form to check a receipt."""
    return _check(ctx, Form())


def check_receipt(ctx: Context) -> Any:
    """Check an uploaded receipt."""
    form = Form()
    try:
        upload = ctx.upload("file", max_bytes=MOST_BYTES)
        receipt = json.loads(upload.bytes)
        faults = receipts.check(ctx.session, receipt=receipt)
    except Invalid as refused:
        return _check(ctx, refuse(form, refused)), 422
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        form.refuse("file", _("This file is no receipt."))
        return _check(ctx, form), 422
    result = {
        "valid": not faults,
        "mark": _mark(ctx, receipt) if not faults else "",
        "told": read_entry(receipt["entry"]),
        "root": receipt["root"],
    }
    return _check(ctx, form, result)


def _check(ctx: Context, form: Form, result: Any = None) -> Any:
    return ctx.render("ejournal/integrity/check.html", form=form, result=result)


ROUTES = (
    page("GET", "/my/<uuid:id>/receipts/<uuid:column_id>", receipt_page, access=OWN),
    page("GET", "/my/<uuid:id>/receipts/<uuid:column_id>/receipt.json", download_receipt, access=OWN),
    page("GET", "/receipts", check_page, access=SIGNED_IN),
    page("POST", "/receipts", check_receipt, access=SIGNED_IN),
)
