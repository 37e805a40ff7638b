"""The API of streams, roots, keys and receipts."""

from typing import Any
from uuid import UUID

from chassis.audit import audit
from chassis.context import Context
from chassis.files import Store
from chassis.i18n import gettext as _
from chassis.problems import FieldError, Invalid
from chassis.routes import SIGNED_IN, api
from ejournal.integrity import export, keys, reading, receipts, roots
from ejournal.integrity.schemas import (
    CeremonyForm,
    ExportOut,
    KeyMade,
    KeysOut,
    ReceiptChecked,
    ReceiptIn,
    ReceiptOut,
    RevokeForm,
    RootsOut,
    SignedOut,
)

READ = "ejournal.stream.read"
MANAGE = "ejournal.key.manage"


def list_roots(ctx: Context) -> dict[str, Any]:
    """List the latest signed roots, the newest first."""
    numbers = [root["number"] for root in reading.list_latest_roots(ctx.session)]
    return {"roots": roots.list_roots(ctx.session, numbers=numbers)[::-1]}


def sign_root(ctx: Context) -> dict[str, Any]:
    """Sign a root over all streams now.

    `broken` names journals whose streams do not continue what an earlier root holds.
    """
    signed = roots.sign(ctx.session, secret_key=ctx.settings.secret_key)
    audit(ctx.session, act="ejournal.root.asked", subject=f"root:{signed.number}", actor=ctx.identity.subject)
    return {"number": signed.number, "broken": signed.broken}


def export_journal(ctx: Context, id: UUID) -> dict[str, Any]:
    """Export a journal for `verify_journal.py`: stream, cells, proofs, roots, its part of the audit. It holds marks."""
    reading.get_stream_or_raise(ctx.session, id)
    audit(ctx.session, act="ejournal.journal.exported", subject=f"journal:{id}", actor=ctx.identity.subject)
    return export.gather(
        ctx.session, journal_id=id, store=Store(ctx.settings.files_url), audit_key=ctx.settings.audit_key
    )


def list_keys(ctx: Context) -> dict[str, Any]:
    """List the keys roots were signed with, the latest first."""
    return {"items": keys.list_keys(ctx.session)}


def make_key(ctx: Context) -> dict[str, Any]:
    """Hold a ceremony: make a key, end the one before, sign the first root."""
    made = keys.make_key(
        ctx.session, actor=ctx.identity.person_id, secret_key=ctx.settings.secret_key, **ctx.body
    )
    roots.sign(ctx.session, secret_key=ctx.settings.secret_key)
    return {"key_id": made}


def revoke_key(ctx: Context, id: str) -> dict[str, Any]:
    """Revoke a key; no root is signed until the next ceremony."""
    keys.end_key(ctx.session, id=id, actor=ctx.identity.person_id, reason="revoked", **ctx.body)
    return {"key_id": id}


def get_receipt(ctx: Context, id: UUID, column_id: UUID) -> dict[str, Any]:
    """Get my receipt of a published mark, as `verify_journal.py` reads it."""
    return receipts.get_or_raise(
        ctx.session, journal_id=id, column_id=column_id, person_id=ctx.identity.person_id
    )


def check_receipt(ctx: Context) -> dict[str, Any]:
    """Check a receipt against the roots and keys of this academy."""
    receipt = ctx.body["receipt"]
    try:
        faults = receipts.check(ctx.session, receipt=receipt)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(errors=[FieldError("/receipt", _("This file is no receipt."))]) from None
    return {"valid": not faults, "under_root": receipt["root"] is not None, "faults": faults}


ROUTES = (
    api("GET", "/roots", list_roots, access=READ, answer=RootsOut),
    api("POST", "/roots", sign_root, access=MANAGE, step_up=True, answer=SignedOut, status=201),
    api("GET", "/journals/<uuid:id>/export", export_journal, access=READ, answer=ExportOut, leaves_trace=True),
    api("GET", "/root-keys", list_keys, access=READ, answer=KeysOut),
    api("POST", "/root-keys", make_key, access=MANAGE, step_up=True, body=CeremonyForm, answer=KeyMade, status=201),
    api("POST", "/root-keys/<id>/revoke", revoke_key, access=MANAGE, step_up=True, body=RevokeForm, answer=KeyMade),
    api("GET", "/my/<uuid:id>/receipts/<uuid:column_id>", get_receipt, access="ejournal.own.read", answer=ReceiptOut),
    api("POST", "/receipts/check", check_receipt, access=SIGNED_IN, body=ReceiptIn, answer=ReceiptChecked),
)  # fmt: skip
