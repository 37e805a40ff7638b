"""Pages of the quality unit: is everything under a signed root, the streams, one stream, the file to check elsewhere."""

import json
from typing import Any
from uuid import UUID

from flask import Response

from chassis.audit import audit
from chassis.context import Context
from chassis.db import AnyRow
from chassis.files import Store
from chassis.i18n import gettext as _
from chassis.i18n import localized
from chassis.pages import paginate
from chassis.routes import SIGNED_IN, page
from ejournal.integrity import export, keys, onefile, reading, roots, wording
from ejournal.integrity.rules_stream import read_entry
from ejournal.teaching.service import find_name

READ = "ejournal.stream.read"
MANAGE = "ejournal.key.manage"


def overview(ctx: Context) -> Any:
    """Show the key in force, the latest roots and the streams."""
    found = paginate(ctx.session, reading.streams_query(), page=ctx.page_number, scalars=False)
    latest = reading.list_latest_roots(ctx.session)
    return ctx.render(
        "ejournal/integrity/overview.html",
        key=keys.find_in_force(ctx.session),
        roots=latest,
        late=not latest or ctx.now - latest[0]["at"] > 2 * roots.EVERY,
        found=found,
        fingerprint=wording.fingerprint,
        address=lambda n: f"/journal/integrity?page={n}",
        crumbs=[(_("Journals"), "/journal/"), (_("Proof of marks"), None)],
    )


def stream_page(ctx: Context, id: UUID) -> Any:
    """Show the entries of one stream: who did what when, without marks."""
    head = reading.get_stream_or_raise(ctx.session, id)
    found = paginate(ctx.session, reading.entries_query(id), page=ctx.page_number, scalars=False)
    title = f"{localized(head.discipline) or _('Journal')}, {head.group or ''}"
    return ctx.render(
        "ejournal/integrity/stream.html",
        head=head,
        entries=[_told(ctx, row) for row in found.items],
        found=found,
        title=title,
        address=lambda n: f"/journal/integrity/journals/{id}?page={n}",
        crumbs=[
            (_("Journals"), "/journal/"),
            (_("Proof of marks"), "/journal/integrity"),
            (title, None),
        ],
    )


def _told(ctx: Context, row: AnyRow) -> dict[str, Any]:
    data = read_entry({"bytes": bytes(row.bytes).decode(errors="replace")}).get("data", {})
    actor = find_name(ctx.session, person_id=row.actor) or _("A colleague") if row.actor else _("By itself")
    return {
        "number": row.number,
        "at": row.at,
        "who": actor,
        "kind": wording.kind(row.kind),
        "cells": data.get("count"),
        "digest": bytes(row.digest).hex(),
    }


def export_journal(ctx: Context, id: UUID) -> Response:
    """Give everything about a journal that can be checked without us; who took it is kept in the audit."""
    reading.get_stream_or_raise(ctx.session, id)
    document = export.gather(
        ctx.session, journal_id=id, store=Store(ctx.settings.files_url), audit_key=ctx.settings.audit_key
    )
    audit(ctx.session, act="ejournal.journal.exported", subject=f"journal:{id}", actor=ctx.identity.subject)
    return _file(f"journal-{id}.json", json.dumps(document, ensure_ascii=False), "application/json")


def _file(name: str, text: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, 200, headers, content_type=f"{kind}; charset=utf-8")


def verifier(_ctx: Context) -> Response:
    """Give the verifier: one file that needs Python alone."""
    return _file("verify_journal.py", onefile.source(), "text/x-python")


def sign_now(ctx: Context) -> Any:
    """Sign a root now instead of at the next tenth minute."""
    signed = roots.sign(ctx.session, secret_key=ctx.settings.secret_key)
    audit(ctx.session, act="ejournal.root.asked", subject=f"root:{signed.number}", actor=ctx.identity.subject)
    if signed.broken:
        ctx.flash(_("Streams do not continue what an earlier root holds: see the audit."), "err")
    else:
        ctx.flash(_("Root %(number)s is signed and on its way to the other services.", number=signed.number))
    return ctx.redirect("integrity.overview")


ROUTES = (
    page("GET", "/integrity", overview, access=READ),
    page("GET", "/integrity/journals/<uuid:id>", stream_page, access=READ),
    page("GET", "/integrity/journals/<uuid:id>/export.json", export_journal, access=READ, leaves_trace=True),
    page("POST", "/integrity/roots", sign_now, access=MANAGE, step_up=True),
    page("GET", "/integrity/verify_journal.py", verifier, access=SIGNED_IN),
)
