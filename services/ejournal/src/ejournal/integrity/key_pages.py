"""The ceremony: a signing key is made before witnesses, its protocol printed; an untrusted one is revoked."""

from typing import Any

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import NotFound
from chassis.routes import page
from ejournal.integrity import keys, roots, wording
from ejournal.integrity.pages import MANAGE
from ejournal.integrity.schemas import CeremonyForm, RevokeForm
from ejournal.teaching.service import find_name


def ceremony_page(ctx: Context) -> Any:
    """Show all keys and the form of a ceremony."""
    return _ceremony(ctx, Form())


def hold_ceremony(ctx: Context) -> Any:
    """Make a key and sign the first root with it; the key before is ended."""
    form = ctx.form(CeremonyForm)
    if not form.valid:
        return _ceremony(ctx, form), 422
    made = keys.make_key(
        ctx.session, actor=ctx.identity.person_id, secret_key=ctx.settings.secret_key, **form.data
    )
    roots.sign(ctx.session, secret_key=ctx.settings.secret_key)
    ctx.flash(_("The key is made and has signed its first root. Print the protocol."))
    return ctx.redirect("integrity.protocol", id=made)


def _ceremony(ctx: Context, form: Form) -> Any:
    return ctx.render(
        "ejournal/integrity/keys.html",
        keys=keys.list_keys(ctx.session),
        form=form,
        fingerprint=wording.fingerprint,
        crumbs=[*_crumbs(), (_("Signing keys of the journals"), None)],
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Journals"), "/journal/"), (_("Proof of marks"), "/journal/integrity")]


def protocol(ctx: Context, id: str) -> Any:
    """Show the protocol of a key, to be printed and signed, and the form that revokes it."""
    return _protocol(ctx, id, Form())


def revoke(ctx: Context, id: str) -> Any:
    """Revoke a key that may be in wrong hands."""
    form = ctx.form(RevokeForm)
    if not form.valid:
        return _protocol(ctx, id, form), 422
    keys.end_key(ctx.session, id=id, actor=ctx.identity.person_id, reason="revoked", basis=form.data["basis"])
    ctx.flash(_("The key is revoked. No root is signed until the next ceremony."), "warn")
    return ctx.redirect("integrity.ceremony_page")


def _protocol(ctx: Context, id: str, form: Form) -> Any:
    key = next((row for row in keys.list_keys(ctx.session) if row.key_id == id), None)
    if key is None:
        raise NotFound
    return ctx.render(
        "ejournal/integrity/protocol.html",
        key=key,
        officer=find_name(ctx.session, person_id=key.made_by),
        fingerprint=wording.fingerprint(bytes(key.public_key).hex()),
        form=form,
        crumbs=[
            *_crumbs(),
            (_("Signing keys of the journals"), "/journal/integrity/keys"),
            (_("Protocol"), None),
        ],
    )


ROUTES = (
    page("GET", "/integrity/keys", ceremony_page, access=MANAGE, step_up=True),
    page("POST", "/integrity/keys", hold_ceremony, access=MANAGE, step_up=True),
    page("GET", "/integrity/keys/<id>", protocol, access=MANAGE, step_up=True),
    page("POST", "/integrity/keys/<id>/revoke", revoke, access=MANAGE, step_up=True),
)
