"""What the unit sees of the sign-in server: is the realm as it shall be, what waits, what was refused (clause 10)."""

from typing import Any
from uuid import UUID

from auth.keycloak import emergency, pushes, schemas
from auth.keycloak.door import is_keycloak
from auth.keycloak.model import RealmState
from auth.keycloak.rules import issuer
from auth.sessions import cookies
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.routes import page

READ, WRITE = "auth.keycloak.read", "auth.keycloak.write"


def desk(ctx: Context) -> Any:
    """Show the state of the realm and of the accounts on their way."""
    return _desk(ctx, None)


def retry(ctx: Context, id: UUID) -> Any:
    """Push a person's account now."""
    pushes.retry(ctx.session, person_id=id, actor=ctx.identity.person_id)
    ctx.flash(_("The account is pushed again."))
    return ctx.redirect("keycloak.desk")


def drop(ctx: Context, id: UUID) -> Any:
    """Give up a push that was refused, with a reason."""
    form = ctx.form(schemas.DropForm)
    if not form.valid:
        form.values["person"] = str(id)
        return _desk(ctx, form), 422
    pushes.drop(ctx.session, person_id=id, actor=ctx.identity.person_id, **form.data)
    ctx.flash(_("Given up. The sign-in server keeps what it has of this person."), "warn")
    return ctx.redirect("keycloak.desk")


def _desk(ctx: Context, form: Form | None) -> str:
    settings = cookies.settings(ctx)
    known, waiting, parked = pushes.count(ctx.session)
    return ctx.render(
        "auth/keycloak/desk.html",
        form=form,
        is_keycloak=is_keycloak(ctx),
        address=issuer(settings.keycloak_url, settings.keycloak_realm),
        has_emergency=emergency.any_ready(ctx.session),
        realm=ctx.session.get(RealmState, 1),
        known=known,
        waiting=waiting,
        parked=parked,
        laid_aside=pushes.list_(ctx.session, parked=True),
        waiting_list=pushes.list_(ctx.session, parked=False),
        may_write=bool(ctx.can(WRITE)),
    )


ROUTES = (
    page("GET", "/keycloak", desk, access=READ),
    page("POST", "/keycloak/pushes/<uuid:id>/retry", retry, access=WRITE, step_up=True),
    page("POST", "/keycloak/pushes/<uuid:id>/drop", drop, access=WRITE, step_up=True),
)
