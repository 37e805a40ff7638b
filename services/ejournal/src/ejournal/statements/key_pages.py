"""Pages of signing keys: my own, and the revocation of an officer's."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page
from ejournal.statements import keys, schemas
from ejournal.statements.permissions import OWN_KEY, REVOKE_KEY


def keys_page(ctx: Context) -> Any:
    """Show my signing keys."""
    return _own(ctx, Form())


def _own(ctx: Context, form: Form) -> Any:
    rows = keys.list_own(ctx.session, person_id=ctx.identity.person_id)
    told = [(row, keys.fingerprint(row.public)) for row in rows]
    in_use = next((pair for pair in told if pair[0].revoked_at is None), None)
    return ctx.render("ejournal/statements/keys.html", rows=told, in_use=in_use, form=form)


def make_page(ctx: Context) -> Any:
    """Say what a signing key is before one is made."""
    return ctx.render("ejournal/statements/key_new.html", crumbs=_crumbs(_("New signing key")))


def make_key(ctx: Context) -> Any:
    """Make my signing key."""
    keys.make(ctx.session, person_id=ctx.identity.person_id, secret_key=ctx.settings.secret_key)
    ctx.flash(_("Your signing key is made."))
    return ctx.redirect("statements.keys_page")


def revoke_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason of a revocation."""
    return _revoke(ctx, id, Form())


def _revoke(ctx: Context, id: UUID, form: Form) -> Any:
    return ctx.render(
        "ejournal/statements/key_revoke.html",
        id=id,
        form=form,
        crumbs=_crumbs(_("Revoke the key")),
    )


def _crumbs(here: str) -> list[tuple[str, str | None]]:
    return [(_("Signing key"), "/journal/keys"), (here, None)]


def revoke_own(ctx: Context, id: UUID) -> Any:
    """Revoke my signing key."""
    return _do(ctx, id, ctx.identity.person_id, "statements.keys_page")


def officers_page(ctx: Context) -> Any:
    """List the keys of all officers."""
    rows = [(row, keys.fingerprint(row.public)) for row in keys.list_all(ctx.session)]
    return ctx.render("ejournal/statements/officers.html", rows=rows)


def revoke_officers_page(ctx: Context, id: UUID) -> Any:
    """Ask for the reason of the revocation of an officer's key."""
    return _revoke(ctx, id, Form())


def revoke_officers(ctx: Context, id: UUID) -> Any:
    """Revoke an officer's signing key."""
    return _do(ctx, id, None, "statements.officers_page")


def _do(ctx: Context, id: UUID, owner: UUID | None, after: str) -> Any:
    form = ctx.form(schemas.RevokeIn)
    if not form.valid:
        return _revoke(ctx, id, form), 422
    keys.revoke(ctx.session, key_id=id, actor=ctx.identity.person_id, reason=form.data["reason"], owner=owner)
    ctx.flash(_("The key is revoked: nothing can be signed with it any more."), "warn")
    return ctx.redirect(after)


ROUTES = (
    page("GET", "/keys", keys_page, access=OWN_KEY),
    page("GET", "/keys/new", make_page, access=OWN_KEY, step_up=True),
    page("POST", "/keys/new", make_key, access=OWN_KEY, step_up=True),
    page("GET", "/keys/<uuid:id>/revoke", revoke_page, access=OWN_KEY, step_up=True),
    page("POST", "/keys/<uuid:id>/revoke", revoke_own, access=OWN_KEY, step_up=True),
    page("GET", "/officers/keys", officers_page, access=REVOKE_KEY),
    page("GET", "/officers/keys/<uuid:id>/revoke", revoke_officers_page, access=REVOKE_KEY, step_up=True),
    page("POST", "/officers/keys/<uuid:id>/revoke", revoke_officers, access=REVOKE_KEY, step_up=True),
)
