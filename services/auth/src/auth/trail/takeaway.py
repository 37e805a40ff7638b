"""What is taken away from the audit: tables for people, sealed rows for the verifier, the verifier itself, the public key."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response

from auth.trail import schemas, service
from auth.trail.pages import READ, asked_of
from auth.trail.words import Words, act_words
from chassis import audit, exports, verify
from chassis.context import Context
from chassis.i18n import format_datetime
from chassis.i18n import gettext as _
from chassis.pages import bind
from chassis.problems import Invalid, NotFound
from chassis.routes import page
from chassis.sealing_key import private_key, public_pem


def export_rows(ctx: Context, kind: str) -> Response:
    """Give the rows that fit the filters as CSV or XLSX, at most 50,000 of them, newest first."""
    form = bind(schemas.SearchForm, ctx.request.args)
    if kind not in exports.TYPES:
        raise NotFound
    if not form.valid:
        raise Invalid
    rows, _following = service.search(ctx.session, asked_of(form), size=service.MOST_ROWS)
    used = {name: str(value) for name, value in form.values.items() if value}
    service.note_export(ctx.session, kind=kind, asked=used, actor=ctx.identity.subject)
    words = Words(ctx.session, service.names(ctx.session, rows))
    heads = [
        _("No."), _("When"), _("Who"), _("What was done"), _("To what"), _("Before"), _("After"), _("Basis"),
        _("From where"), _("Seal"),
    ]  # fmt: skip
    return exports.response(kind, f"audit-{ctx.now:%Y%m%d-%H%M}", heads, [_cells(row, words) for row in rows])


def _cells(row: Any, words: Words) -> list[exports.Cell]:
    at: datetime = row.at
    return [
        int(row.number), format_datetime(at), words.name(row.actor), act_words(row.act), words.name(row.subject),
        words.state(row.before), words.state(row.after), row.basis, row.address, row.seal_number,
    ]  # fmt: skip


def export_sealed(ctx: Context) -> Response:
    """Give rows with their hashes and seals, as the verifier reads them."""
    form = bind(schemas.PartQuery, ctx.request.args)
    if not form.valid:
        raise Invalid
    first, last = form.data["first"], form.data["last"]
    part = f"{first:08}-{f'{last:08}' if last else 'end'}"  # so that a folder sorts the parts in their order
    service.note_export(ctx.session, kind="sealed", asked={"seals": part}, actor=ctx.identity.subject)
    document = audit.export(ctx.session, ctx.settings.service, **form.data)
    headers = {
        "Content-Disposition": f'attachment; filename="audit-{part}.json"',
        "Cache-Control": "no-store",
    }
    return Response(audit.dump(document), 200, headers, content_type="application/json")


def verifier(_ctx: Context) -> Response:
    """Give the verifier: one file that needs Python alone."""
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    body = Path(verify.__file__).read_bytes()
    return Response(body, 200, headers, content_type="text/x-python; charset=utf-8")


def public_key(ctx: Context) -> Response:
    """Give the public half of the key the audit is sealed with."""
    if not ctx.settings.audit_key:
        raise NotFound
    pem = public_pem(private_key(ctx.settings.audit_key))
    headers = {"Content-Disposition": 'attachment; filename="audit-public.pem"'}
    return Response(pem, 200, headers, content_type="application/x-pem-file")


ROUTES = (
    page("GET", "/audit/rows.<kind>", export_rows, access=READ, leaves_trace=True),
    page("GET", "/audit/sealed.json", export_sealed, access=READ, leaves_trace=True),
    page("GET", "/audit/verify.py", verifier, access=READ),
    page("GET", "/audit/public.pem", public_key, access=READ),
)
