"""The emergency door, and who may use it."""

from typing import Any
from uuid import UUID

from auth.accounts import service as accounts
from auth.forms import refuse
from auth.keycloak import door, emergency, schemas
from auth.keycloak.desk_pages import READ, WRITE
from auth.people import service as people
from auth.sessions import arrival
from auth.sessions.code_pages import AMR
from chassis.context import Context
from chassis.i18n import gettext as _
from chassis.pages import Form
from chassis.problems import Invalid, NotFound
from chassis.routes import PUBLIC, page


def door_page(ctx: Context) -> Any:
    """Show the form of the emergency door; it exists only where Keycloak is the source of identity."""
    _demand_keycloak(ctx)
    return _form(ctx, Form())


def enter(ctx: Context) -> Any:
    """Sign a named administrator in past Keycloak; a refusal is a page that is kept, so that it is counted and on record."""
    _demand_keycloak(ctx)
    form = ctx.form(schemas.EmergencyForm)
    if not form.valid:
        return _form(ctx, form), 422
    try:
        account, kind = emergency.authenticate(
            ctx.session, **form.data, address=ctx.address, secret_key=ctx.settings.secret_key
        )
    except accounts.SignInRefused as refused:
        return _form(ctx, form, str(refused.detail))
    return arrival.arrive(ctx, account, amr=AMR[kind])


def accounts_page(ctx: Context) -> Any:
    """Show who may use the emergency door, and each use of it."""
    return _accounts(ctx, Form())


def name(ctx: Context) -> Any:
    """Name an emergency administrator by an order."""
    form = ctx.form(schemas.NameForm)
    if form.valid:
        try:
            emergency.name(ctx.session, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            return _accounts(ctx, refuse(form, refused)), 422
        ctx.flash(_("Named. The account needs a password of its own and a second factor to be ready."))
        return ctx.redirect("keycloak.accounts_page")
    return _accounts(ctx, form), 422


def withdraw(ctx: Context, id: UUID) -> Any:
    """Take the emergency door back from somebody."""
    emergency.withdraw(ctx.session, person_id=id, actor=ctx.identity.person_id)
    ctx.flash(_("Withdrawn. The account is kept at the sign-in server again."), "warn")
    return ctx.redirect("keycloak.accounts_page")


def _accounts(ctx: Context, form: Form) -> str:
    named = [
        (row, account, emergency.is_ready(ctx.session, account))
        for row, account in emergency.list_(ctx.session)
    ]
    uses = [(use, _name(ctx, use["subject"])) for use in emergency.uses(ctx.session)]
    may_write = bool(ctx.can(WRITE))
    return ctx.render(
        "auth/keycloak/emergency_accounts.html", form=form, named=named, uses=uses, may_write=may_write
    )


def _name(ctx: Context, subject: str) -> str:
    person = people.get(ctx.session, UUID(subject.removeprefix("person:")))
    return person.full_name if person else subject


def _form(ctx: Context, form: Form, refusal: str = "") -> str:
    return ctx.render("auth/keycloak/emergency.html", form=form, refusal=refusal, query=arrival.query(ctx))


def _demand_keycloak(ctx: Context) -> None:
    if not door.is_keycloak(ctx):
        raise NotFound


ROUTES = (
    page("GET", "/emergency", door_page, access=PUBLIC),
    page("POST", "/emergency", enter, access=PUBLIC, guarded=False),
    page("GET", "/emergency-accounts", accounts_page, access=READ),
    page("POST", "/emergency-accounts", name, access=WRITE, step_up=True),
    page("POST", "/emergency-accounts/<uuid:id>/withdraw", withdraw, access=WRITE, step_up=True),
)
