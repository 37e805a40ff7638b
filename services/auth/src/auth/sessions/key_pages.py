"""The signing keys: which there are, and rotating them at once."""

from datetime import UTC, datetime
from typing import Any

from auth.accounts.service import basis
from auth.sessions import cookies, keys, schemas, tokens
from auth.sessions.emergency import rotate_now
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page

ACCESS = "auth.key.rotate"


def keys_page(ctx: Context) -> Any:
    """Show the signing keys, when the next rotation is due, and the form to rotate now."""
    return _page(ctx, Form())


def rotate(ctx: Context) -> Any:
    """Rotate at once; what distrusted keys signed is refused everywhere, and people go on with a new token."""
    form = ctx.form(schemas.RotateForm)
    if not form.valid:
        return _page(ctx, form), 422
    rotate_now(
        ctx.session,
        ring=tokens.key_ring(cookies.settings(ctx)),
        distrust=form.data["distrust"],
        actor=ctx.identity.person_id,
        ground=basis(form.data["order_number"], form.data["order_date"]),
    )
    ctx.flash(_("The keys are rotated."), "warn")
    return ctx.redirect("sessions.keys_page")


def _page(ctx: Context, form: Form) -> str:
    states = tokens.key_ring(cookies.settings(ctx)).states()
    rows = [(kid, state, datetime.fromtimestamp(at, UTC)) for kid, state, at in states]
    return ctx.render("auth/sessions/keys.html", rows=rows, due=rows[0][2] + keys.ROTATE_EVERY, form=form)


ROUTES = (
    page("GET", "/keys", keys_page, access=ACCESS, step_up=True),
    page("POST", "/keys", rotate, access=ACCESS, step_up=True),
)
