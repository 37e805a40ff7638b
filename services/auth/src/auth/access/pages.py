"""Pages of access: roles, one role, who has it, give it, withdraw it (clause 9)."""

from typing import Any
from uuid import UUID

from auth.access import catalogue, schemas, service
from auth.forms import OrderForm, refuse
from auth.people import service as people
from auth.people.model import Person
from auth.units import service as units
from chassis import clock
from chassis.context import Context
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.i18n import lazy_gettext as _l
from chassis.pages import Form
from chassis.problems import Invalid, NotFound
from chassis.routes import page

SCOPES = {
    "institution": _l("the whole academy"),
    "faculty": _l("a faculty"),
    "department": _l("a department"),
    "group": _l("a study group"),
    "discipline": _l("a discipline"),
    "assigned": _l("own teaching assignments"),
    "library_module": _l("a library module"),
    "website_section": _l("a section of the site"),
    "self": _l("own data"),
}
RISKS = {"low": ("", _l("low")), "medium": ("warn", _l("medium")), "high": ("err", _l("high"))}


def access_page(ctx: Context) -> Any:
    """Show the roles with how many permissions and holders each has, and the latest grants."""
    roles = catalogue.list_roles(ctx.session)
    permissions = catalogue.permissions_of(ctx.session, [role.code for role in roles])
    return ctx.render(
        "auth/access/roles.html",
        roles=roles,
        permissions=permissions,
        holders=service.count_holders(ctx.session),
    )


def role_page(ctx: Context, code: str) -> Any:
    """Show a role: its permissions, by service, and who has it."""
    role = next((role for role in catalogue.list_roles(ctx.session) if role.code == code), None)
    if role is None:
        raise NotFound
    codes = catalogue.permissions_of(ctx.session, [code])[code]
    return ctx.render(
        "auth/access/role.html",
        role=role,
        permissions=catalogue.list_permissions(ctx.session, codes),
        holders=service.list_holders(ctx.session, role=code, limit=200),
        scopes=SCOPES,
        risks=RISKS,
    )


def give_page(ctx: Context, id: UUID) -> Any:
    """Show the form of a role to be given."""
    person = people.get_or_raise(ctx.session, id)
    return _give_form(ctx, person, Form.of({"valid_from": format_date(clock.today())}))


def give(ctx: Context, id: UUID) -> Any:
    """Give a role from the form; what speaks against it is said in words."""
    person = people.get_or_raise(ctx.session, id)
    form = ctx.form(schemas.GrantForm)
    if form.valid:
        try:
            service.give(ctx.session, person=person, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            return _give_form(ctx, person, refuse(form, refused)), 422
        ctx.flash(_("The role is given; it holds at once."))
        return ctx.redirect("people.person_page", id=id)
    return _give_form(ctx, person, form), 422


def withdraw_page(ctx: Context, id: UUID) -> Any:
    """Ask for the order a role is withdrawn by."""
    return _withdraw_form(ctx, id, Form())


def withdraw(ctx: Context, id: UUID) -> Any:
    """Withdraw a role from the form."""
    grant = service.get_or_raise(ctx.session, id)
    form = ctx.form(OrderForm)
    if form.valid:
        try:
            service.withdraw(ctx.session, grant=grant, actor=ctx.identity.person_id, **form.data)
        except Invalid as refused:
            return _withdraw_form(ctx, id, refuse(form, refused)), 422
        ctx.flash(_("The role is withdrawn."), "warn")
        return ctx.redirect("people.person_page", id=grant.person_id)
    return _withdraw_form(ctx, id, form), 422


def _give_form(ctx: Context, person: Person, form: Form) -> str:
    return ctx.render(
        "auth/access/give.html",
        subject=person,
        form=form,
        roles=catalogue.list_roles(ctx.session),
        scopes=SCOPES,
        units=units.list_(ctx.session),
    )


def _withdraw_form(ctx: Context, id: UUID, form: Form) -> str:
    grant = service.get_or_raise(ctx.session, id)
    titles = {role.code: role.title for role in catalogue.list_roles(ctx.session)}
    person = people.get_or_raise(ctx.session, grant.person_id)
    return ctx.render(
        "auth/access/withdraw.html",
        grant=grant,
        subject=person,
        title=titles[grant.role],
        scopes=SCOPES,
        form=form,
    )


ROUTES = (
    page("GET", "/access", access_page, access="auth.role.read"),
    page("GET", "/access/<code>", role_page, access="auth.role.read"),
    page("GET", "/people/<uuid:id>/grants/new", give_page, access="auth.grant.write", step_up=True),
    page("POST", "/people/<uuid:id>/grants/new", give, access="auth.grant.write", step_up=True),
    page("GET", "/grants/<uuid:id>/withdraw", withdraw_page, access="auth.grant.write", step_up=True),
    page("POST", "/grants/<uuid:id>/withdraw", withdraw, access="auth.grant.write", step_up=True),
)
